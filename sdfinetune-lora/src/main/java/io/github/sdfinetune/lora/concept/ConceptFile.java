package io.github.sdfinetune.lora.concept;

import io.github.sdfinetune.core.weights.TorchFile;
import io.github.sdfinetune.core.weights.TorchValue.Dictionary;
import io.github.sdfinetune.core.weights.TorchValue.Text;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.core.weights.WeightFile;
import io.github.sdfinetune.error.ModelFormatException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads a learned word from the files of the web UI and of the first textual inversion ({@code string_to_param}), of diffusers (the
 * word is the key), of kohya's sd-scripts ({@code emb_params}), and for Stable Diffusion XL ({@code clip_l}, {@code clip_g}).
 */
public final class ConceptFile {
    static final String KOHYA_KEY = "emb_params";

    private static final String WEB_UI_KEY = "string_to_param";
    private static final Set<String> SDXL_KEYS = Set.of(TextEncoderKey.FIRST.key(), TextEncoderKey.SECOND.key());

    private final WeightFile file;

    private ConceptFile(WeightFile file) {
        this.file = file;
    }

    /**
     * Whether a file holds a learned word. A key of diffusers' form is a word; one with a dot and without angle brackets is taken for
     * that of a layer.
     */
    public static boolean isConcept(WeightFile file) {
        if (webUi(file).isPresent()) {
            return true;
        }
        return file.names().size() == 1
                ? file.names().stream().allMatch(key -> !key.isEmpty() && (!key.contains(".") || key.startsWith("<")))
                : !file.names().isEmpty() && SDXL_KEYS.containsAll(file.names());
    }

    /**
     * Reads a word.
     *
     * @param file of which {@link #isConcept} is true
     * @throws ModelFormatException if it holds no vectors, or more than one word
     */
    public static Concept read(WeightFile file) {
        return new ConceptFile(file).read();
    }

    private Concept read() {
        Optional<Dictionary> webUi = webUi(file);
        if (webUi.isPresent()) {
            return concept(name(webUi.get()), onlyVectors());
        }
        if (SDXL_KEYS.containsAll(file.names())) {
            return forTwoEncoders();
        }
        WeightEntry entry = file.entries().iterator().next();
        return concept(entry.name().equals(KOHYA_KEY) ? stem() : entry.name(), entry);
    }

    private static Optional<Dictionary> webUi(WeightFile file) {
        return file instanceof TorchFile torch
                        && torch.content() instanceof Dictionary content
                        && content.get(WEB_UI_KEY).isPresent()
                ? Optional.of(content)
                : Optional.empty();
    }

    private WeightEntry onlyVectors() {
        List<WeightEntry> parameters = file.entries().stream()
                .filter(entry -> entry.name().startsWith(WEB_UI_KEY + "."))
                .toList();
        if (parameters.size() != 1) {
            throw new ModelFormatException(
                    file.path(),
                    WEB_UI_KEY,
                    "'" + WEB_UI_KEY + "' holds " + parameters.size() + " tensors, expected 1");
        }
        return parameters.get(0);
    }

    private String name(Dictionary content) {
        return content.get("name").orElse(null) instanceof Text name
                        && !name.value().isBlank()
                ? name.value()
                : stem();
    }

    /** The name of the file without its ending. */
    private String stem() {
        String name = String.valueOf(file.path().getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private Concept concept(String word, WeightEntry entry) {
        return new Concept(file.path(), word, new TreeMap<>(Map.of(TextEncoderKey.FIRST, Vectors.of(entry))));
    }

    private Concept forTwoEncoders() {
        WeightEntry secondEntry = file.entry(TextEncoderKey.SECOND.key());
        Vectors first = Vectors.of(file.entry(TextEncoderKey.FIRST.key()));
        Vectors second = Vectors.of(secondEntry);
        if (first.count() != second.count()) {
            throw secondEntry.fault("holds " + second.count() + " vectors, but '" + TextEncoderKey.FIRST.key()
                    + "' holds " + first.count());
        }
        return new Concept(
                file.path(), stem(), new TreeMap<>(Map.of(TextEncoderKey.FIRST, first, TextEncoderKey.SECOND, second)));
    }
}
