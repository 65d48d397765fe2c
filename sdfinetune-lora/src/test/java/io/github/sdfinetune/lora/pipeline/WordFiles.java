package io.github.sdfinetune.lora.pipeline;

import io.github.sdfinetune.core.text.ClipTokenizer;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files of words whose vectors are those of tokens. */
final class WordFiles {
    private static final String TABLE = "text_model.embeddings.token_embedding.weight";

    private WordFiles() {}

    /** The text encoders of a model. */
    static List<String> encoders(Path model) {
        return Stream.of("text_encoder", "text_encoder_2")
                .filter(name -> Files.isDirectory(model.resolve(name)))
                .toList();
    }

    /** A file in which the word zq has the vectors that a model has for some tokens; it is overwritten by the next. */
    static Path ofTokens(Path model, String tokens, Path folder) {
        Path file = folder.resolve("zq.safetensors");
        List<String> encoders = encoders(model);
        Map<String, TensorSource> tensors = new TreeMap<>();
        tensors.put(encoders.size() == 1 ? "zq" : "clip_l", vectors(model, "text_encoder", tokens));
        if (encoders.size() == 2) {
            tensors.put("clip_g", vectors(model, "text_encoder_2", tokens));
        }
        SafetensorsWriter.write(file, tensors, Map.of());
        return file;
    }

    /** The vectors that a text encoder has for the tokens of a text, (tokens, dim). */
    static TensorSource vectors(Path model, String encoder, String text) {
        try (ClipTokenizer tokenizer =
                ClipTokenizer.load(model.resolve(encoder.replace("text_encoder", "tokenizer")))) {
            long[] ids = tokenizer.tokens(text);
            SafetensorsFile weights = embeddings(model, encoder);
            float[] table = weights.floats(TABLE);
            int dim = Math.toIntExact(weights.entry(TABLE).shape().get(1));
            float[] rows = new float[ids.length * dim];
            for (int i = 0; i < ids.length; i++) {
                System.arraycopy(table, (int) ids[i] * dim, rows, i * dim, dim);
            }
            return TensorSource.of(List.of((long) ids.length, (long) dim), rows);
        }
    }

    private static SafetensorsFile embeddings(Path model, String encoder) {
        return SafetensorsFile.open(model.resolve(encoder).resolve("model.safetensors"));
    }
}
