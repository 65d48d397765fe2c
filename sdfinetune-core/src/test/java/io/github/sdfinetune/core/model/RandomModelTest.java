package io.github.sdfinetune.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.text.ClipTokenizer;
import io.github.sdfinetune.core.text.SmallVocabulary;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RandomModelTest {
    @TempDir
    Path folder;

    private Path tokenizer;
    private Path model;

    @BeforeEach
    void writeTokenizer() {
        tokenizer = folder.resolve("mine");
        model = folder.resolve("model");
        SmallVocabulary.write(tokenizer);
    }

    @Test
    void faultsOfATokenizerNameItsOwnFolder() throws IOException {
        Files.delete(tokenizer.resolve("merges.txt"));
        assertRefused(tiny(), tokenizer.resolve("merges.txt") + ": no such file");
        Files.delete(tokenizer.resolve("vocab.json"));
        assertRefused(tiny(), tokenizer + ": holds no tokenizer");
    }

    @Test
    void theLargeModelNeedsTheWholeVocabulary() {
        int entries = size();
        assertRefused(
                NewModel.sd15(1, tokenizer),
                tokenizer + ": the vocabulary has " + entries + " entries, expected 49408 for a model of size sd15");
    }

    @Test
    void idsComeFromTheTokenizer() throws IOException {
        int entries = size();
        Files.writeString(tokenizer.resolve("added_tokens.json"), "{\"<|pad|>\": " + entries + "}");
        Path map = tokenizer.resolve("special_tokens_map.json");
        Files.writeString(
                map, Files.readString(map).replace("\"pad_token\": \"<|endoftext|>\"", "\"pad_token\": \"<|pad|>\""));
        RandomModel.write(tiny(), model, ProgressListener.quiet());
        assertThat(model.resolve("tokenizer/added_tokens.json")).exists();
        JsonFile config = JsonFile.read(model.resolve("text_encoder/config.json"));
        assertThat(config.integer("vocab_size")).isEqualTo(entries + 1);
        assertThat(config.integer("bos_token_id")).isEqualTo(entries - 2);
        assertThat(config.integer("eos_token_id")).isEqualTo(entries - 1);
        assertThat(config.integer("pad_token_id")).isEqualTo(entries);
    }

    private int size() {
        try (ClipTokenizer loaded = ClipTokenizer.load(tokenizer)) {
            return loaded.vocabularySize();
        }
    }

    private NewModel tiny() {
        return new NewModel(NewModel.Size.TINY, 1, Optional.of(tokenizer));
    }

    private void assertRefused(NewModel wanted, String problem) {
        assertThatThrownBy(() -> RandomModel.write(wanted, model, ProgressListener.quiet()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(problem);
        assertThat(model).doesNotExist();
    }
}
