package io.github.sdfinetune.core.inspect;

import io.github.sdfinetune.Inspection;
import io.github.sdfinetune.core.checkpoint.FileKind;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.error.SdFineTuneException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What is found out about a path, one thing after the other. A fault of a part is a problem of the whole and ends nothing. */
final class Findings {
    private final Path path;
    private final List<String> notes = new ArrayList<>();
    private final List<Inspection.Part> parts = new ArrayList<>();
    private final Map<String, String> metadata = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    Findings(Path path) {
        this.path = path;
    }

    void note(String note) {
        notes.add(note);
    }

    void problem(String problem) {
        problems.add(problem);
    }

    boolean hasProblems() {
        return !problems.isEmpty();
    }

    void metadata(Map<String, String> more) {
        metadata.putAll(more);
    }

    void part(String name, Collection<Path> files, Collection<WeightEntry> entries) {
        parts.add(new Inspection.Part(
                name, List.copyOf(files), entries.stream().map(Findings::key).toList()));
    }

    private static Inspection.Key key(WeightEntry entry) {
        long bytes = (long) entry.elements() * entry.dtype().bytes();
        return new Inspection.Key(entry.name(), entry.dtype().name(), entry.shape(), bytes);
    }

    void attempt(Runnable action) {
        attempt(() -> {
            action.run();
            return true;
        });
    }

    /** What an action gives, unless it finds a fault. */
    <T> Optional<T> attempt(Supplier<T> action) {
        try {
            return Optional.of(action.get());
        } catch (CancelledException e) {
            throw e;
        } catch (SdFineTuneException e) {
            problem(local(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    /** What an action gives; that it gives nothing is no fault. */
    <T> Optional<T> told(Supplier<T> action) {
        try {
            return Optional.of(action.get());
        } catch (ModelFormatException e) {
            note(local(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    /** What an action gives, unless it finds a fault that is listed already. */
    static <T> Optional<T> known(Supplier<T> action) {
        try {
            return Optional.of(action.get());
        } catch (ModelFormatException e) {
            return Optional.empty();
        }
    }

    /** Messages begin with the file that they are about; within the inspected path its place there is enough. */
    private String local(String message) {
        String whole = path + ": ";
        String within = path + path.getFileSystem().getSeparator();
        return message.startsWith(whole)
                ? message.substring(whole.length())
                : message.startsWith(within) ? message.substring(within.length()) : message;
    }

    /** What can be done with tensors of a kind. */
    String use(FileKind kind) {
        return kind.role() == FileKind.Role.ADAPTER && hasProblems()
                ? "an adapter, which can't be used as it is"
                : kind.role().use();
    }

    /** Of a model that is known and not supported. */
    Inspection otherModel(String kind, String format) {
        problem("can't be loaded: it belongs to a model of another kind (" + kind + ")");
        return inspection(kind, format, FileKind.Role.OTHER_MODEL.use());
    }

    Inspection inspection(String kind, String format, String use) {
        return new Inspection(path, kind, format, use, notes, parts, metadata, problems);
    }
}
