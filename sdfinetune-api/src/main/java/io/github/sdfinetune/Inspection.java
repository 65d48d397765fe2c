package io.github.sdfinetune;

import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.spi.EngineProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a file or folder is: a model, a part of one, an adapter, or something else. Only headers are read.
 *
 * @param kind for people, such as {@code "Stable Diffusion XL, one file"}
 * @param format of the file: safetensors, torch (a pickle), or a folder in diffusers' layout
 * @param parts the components of a model; otherwise the file as a whole
 * @param metadata of a safetensors header
 * @param problems what keeps it from being used, or what a user may not expect; empty if there is nothing of the kind
 */
public record Inspection(
        Path path, String kind, String format, List<Part> parts, Map<String, String> metadata, List<String> problems) {
    private static final int MOST_METADATA = 200;

    /**
     * Some tensors that belong together.
     *
     * @param name of the component, such as unet
     * @param tensors how many there are
     * @param parameters how many numbers they hold
     * @param types their element types, such as F16, with the number of tensors of each
     * @param examples the first of their keys
     */
    public record Part(String name, int tensors, long parameters, Map<String, Integer> types, List<String> examples) {
        public Part {
            types = new TreeMap<>(types);
            examples = List.copyOf(examples);
        }

        private String line() {
            return String.format(
                    Locale.ROOT, "%-16s %5d tensors  %,15d numbers  %s", name, tensors, parameters, types.keySet());
        }
    }

    public Inspection {
        parts = List.copyOf(parts);
        metadata = new TreeMap<>(metadata);
        problems = List.copyOf(problems);
    }

    /**
     * Looks at a file or folder.
     *
     * @throws ModelFormatException if there is nothing of this name, or it can't be read at all
     */
    public static Inspection of(Path path) {
        return EngineProvider.find().inspect(path);
    }

    /** How many numbers all parts hold. */
    public long parameters() {
        return parts.stream().mapToLong(Part::parameters).sum();
    }

    /** The whole as lines for people: what it is, its parts, its metadata, and one line per problem. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(path + ": " + kind + " (" + format + ")");
        for (Part part : parts) {
            lines.add("  " + part.line());
            if (parts.size() == 1) {
                part.examples().forEach(key -> lines.add("    " + key));
            }
        }
        metadata.forEach((key, value) -> lines.add("  " + key + ": " + shortened(value)));
        problems.forEach(problem -> lines.add("problem: " + problem));
        return lines;
    }

    private static String shortened(String value) {
        String line = value.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > MOST_METADATA ? line.substring(0, MOST_METADATA) + "…" : line;
    }
}
