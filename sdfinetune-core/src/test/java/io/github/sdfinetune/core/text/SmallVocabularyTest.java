package io.github.sdfinetune.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SmallVocabularyTest {
    @TempDir
    Path folder;

    @Test
    void itHasTheFormOfThePublishedFiles() throws IOException {
        SmallVocabulary.write(folder);
        Vocabulary vocabulary = Vocabulary.read(folder);
        int size = vocabulary.ids().size();
        assertThat(size).isEqualTo(512 + vocabulary.merges().size() + 2).isBetween(600, 1000);
        assertThat(vocabulary.ids())
                .containsEntry("!", 0)
                .containsEntry("~", 93)
                .containsEntry("\u00a1", 94)
                .containsEntry("\u0100", 188)
                .containsEntry("\u0143", 255)
                .containsEntry("!</w>", 256)
                .containsEntry("<|startoftext|>", size - 2)
                .containsEntry("<|endoftext|>", size - 1);
        assertThat(Files.readString(folder.resolve("merges.txt"))).startsWith("#version: 0.2\n");
        assertThat(SpecialTokens.read(folder).maxLength()).isEqualTo(77);
    }

    @Test
    void itIsAlwaysTheSame() throws IOException {
        Path other = folder.resolve("other/tokenizer");
        SmallVocabulary.write(folder);
        SmallVocabulary.write(other);
        for (String file :
                new String[] {"vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"}) {
            assertThat(other.resolve(file)).hasSameBinaryContentAs(folder.resolve(file));
        }
    }

    @Test
    void commonWordsBecomeFewTokens() {
        SmallVocabulary.write(folder);
        try (ClipTokenizer tokenizer = ClipTokenizer.load(folder)) {
            String caption = "a photo of a red mug on a wooden table in the morning light";
            int words = caption.split(" ", -1).length;
            assertThat(tokenizer.encodeUntruncated(caption)).hasSizeLessThanOrEqualTo(2 * words);
        }
    }

    @Test
    void aFolderThatCanNotBeMadeIsAnError() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> SmallVocabulary.write(file))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining(file.toString());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
