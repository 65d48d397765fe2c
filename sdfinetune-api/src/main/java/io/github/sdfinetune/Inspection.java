package io.github.sdfinetune;

import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.spi.EngineProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a file or folder is: a model, a part of one, an adapter, a picture, or something else. Of weights only headers are read.
 *
 * @param kind for people, such as {@code "Stable Diffusion XL, one file"}
 * @param format of the file: safetensors, torch (a pickle), PNG, or a folder in diffusers' layout
 * @param use what can be done with it, for people
 * @param notes more of what it is; a line each
 * @param parts the components of a model; otherwise the tensors of the file as a whole
 * @param metadata of a safetensors header, or the texts of a picture
 * @param problems what keeps it from being used; empty if there is nothing of the kind
 */
public record Inspection(
        Path path,
        String kind,
        String format,
        String use,
        List<String> notes,
        List<Part> parts,
        Map<String, String> metadata,
        List<String> problems) {
    private static final int MOST_METADATA = 200;
    private static final double KILOBYTE = 1e3;
    private static final double MEGABYTE = 1e6;

    /**
     * Some tensors that belong together.
     *
     * @param name of the component, such as unet
     * @param files that they stand in
     * @param keys all of them, in the order of the files
     */
    public record Part(String name, List<Path> files, List<Key> keys) {
        public Part {
            files = List.copyOf(files);
            keys = List.copyOf(keys);
        }

        /** How many numbers they hold. */
        public long parameters() {
            return keys.stream().mapToLong(Key::parameters).sum();
        }

        /** What they take in the files. */
        public long bytes() {
            return keys.stream().mapToLong(Key::bytes).sum();
        }

        /** Their element types, such as F16, with the number of tensors of each. */
        public Map<String, Integer> types() {
            return keys.stream().collect(Collectors.toMap(Key::type, key -> 1, Integer::sum, TreeMap::new));
        }

        private String line() {
            return String.format(
                    Locale.ROOT,
                    "%-21s %5d tensors  %,15d numbers  %9s  %s",
                    safe(name),
                    keys.size(),
                    parameters(),
                    size(bytes()),
                    types().keySet());
        }
    }

    private static String size(long bytes) {
        return bytes < MEGABYTE
                ? String.format(Locale.ROOT, "%.1f kB", bytes / KILOBYTE)
                : String.format(Locale.ROOT, "%,.1f MB", bytes / MEGABYTE);
    }

    /**
     * A tensor.
     *
     * @param name in the file
     * @param type of its elements, such as F16
     * @param shape empty for a scalar
     * @param bytes that it takes in the file
     */
    public record Key(String name, String type, List<Long> shape, long bytes) {
        public Key {
            shape = List.copyOf(shape);
        }

        /** How many numbers it holds. */
        public long parameters() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    public Inspection {
        notes = List.copyOf(notes);
        parts = List.copyOf(parts);
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
        problems = List.copyOf(problems);
    }

    /**
     * Looks at a file or folder. What is wrong with it stands among the problems.
     *
     * @throws ModelFormatException if there is nothing of this name
     */
    public static Inspection of(Path path) {
        return EngineProvider.find().inspect(path);
    }

    /** How many numbers all parts hold. */
    public long parameters() {
        return parts.stream().mapToLong(Part::parameters).sum();
    }

    /**
     * The whole as lines for people: what it is, what it is good for, its parts with their files, its metadata, and its problems. What
     * comes from the file can't act on a terminal: control characters are escaped, long values cut.
     */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(path + ": " + safe(kind) + " (" + format + ")");
        lines.add("  " + safe(use));
        notes.forEach(note -> lines.add("  " + safe(note)));
        for (Part part : parts) {
            lines.add("  " + part.line());
            part.files().stream()
                    .filter(file -> !file.equals(path))
                    .forEach(file ->
                            lines.add("    " + safe(path.relativize(file).toString())));
        }
        metadata.forEach((key, value) -> lines.add("  " + safe(shortened(key)) + ": " + safe(shortened(value))));
        problems.forEach(problem ->
                lines.add("problem: " + problem.lines().map(Inspection::safe).collect(Collectors.joining("\n"))));
        return lines;
    }

    /** All tensors as lines for people: key, type and shape, those of several parts each after the part's name. */
    public List<String> keyLines() {
        return parts.stream()
                .flatMap(part -> part.keys().stream()
                        .map(key -> (parts.size() == 1 ? "" : part.name() + ": ") + key.name() + " " + key.type() + " "
                                + key.shape()))
                .map(Inspection::safe)
                .toList();
    }

    private static String shortened(String value) {
        return value.length() > MOST_METADATA
                ? String.format(Locale.ROOT, "%s… (%,d characters)", value.substring(0, MOST_METADATA), value.length())
                : value;
    }

    /** Control characters and those that change the direction of writing, which could make a terminal show something else. */
    private static String safe(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                safe.append(c == '\n' ? "\\n" : String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }
}
