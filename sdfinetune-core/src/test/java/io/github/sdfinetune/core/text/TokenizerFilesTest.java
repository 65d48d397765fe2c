package io.github.sdfinetune.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.core.text.SpecialTokens.Token;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenizerFilesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void write() {
        SmallVocabulary.write(folder);
    }

    @Test
    void aMissingFolderIsNamed() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> ClipTokenizer.load(missing))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(missing + ": no such folder");
    }

    @Test
    void anEmptyFolderSaysWhatIsExpected() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> ClipTokenizer.load(empty))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(empty + ": holds no tokenizer")
                .hasMessageContaining("vocab.json and merges.txt");
    }

    @Test
    void mergesMustBeThere() throws IOException {
        Files.delete(folder.resolve("merges.txt"));
        assertRefused("merges.txt").hasMessageContaining("no such file");
    }

    @Test
    void mergesMustBeText() throws IOException {
        Files.write(folder.resolve("merges.txt"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
        assertRefused("merges.txt").hasMessageContaining("UTF-8");
    }

    @Test
    void theFaultyLineOfMergesIsNamed() throws IOException {
        for (String line : new String[] {"a", "a  b", " ab", "a b c", "ab "}) {
            Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\r\n\r\n" + line + "\n");
            assertRefused("merges.txt").hasMessageContaining("line 3").hasMessageContaining("\"" + line + "\"");
        }
    }

    @Test
    void mergesJoinTokensOfTheVocabulary() throws IOException {
        Files.writeString(folder.resolve("merges.txt"), "q z</w>\n");
        assertRefused("merges.txt").hasMessageContaining("token \"qz</w>\"").hasMessageContaining("line 1 needs it");
    }

    @Test
    void specialTokensMustBeInTheVocabulary() throws IOException {
        Files.writeString(folder.resolve("special_tokens_map.json"), "{\"bos_token\": \"<s>\"}");
        assertRefused("vocab.json")
                .hasMessageContaining("token \"<s>\" is not in the vocabulary; prompts start with it");
    }

    @Test
    void everyByteMustBeInTheVocabulary() throws IOException {
        replaceInVocabulary("\"~</w>\":", "\"~~~\":");
        assertRefused("vocab.json").hasMessageContaining("token \"~</w>\" is not in the vocabulary; every byte");
    }

    @Test
    void idsMustBeDistinct() throws IOException {
        replaceInVocabulary("\"#\":2,", "\"#\":1,");
        assertRefused("vocab.json").hasMessageContaining("has the id 1, which").hasMessageContaining("\"#\"");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, has the id -1",
        "99999, has the id 99999",
        "2.5, expected a whole number",
        "true, expected a whole number"
    })
    void idsMustBeNumbersInRange(String id, String problem) throws IOException {
        replaceInVocabulary("\"#\":2,", "\"#\":" + id + ",");
        assertRefused("vocab.json").hasMessageContaining("#").hasMessageContaining(problem);
    }

    @Test
    void anAddedTokenHasOneId() throws IOException {
        Files.writeString(folder.resolve("added_tokens.json"), "{\"#\": 3}");
        assertRefused("vocab.json").hasMessageContaining("token \"#\" has the id 2, as an added token 3");
    }

    @Test
    void tokenizerJsonMustHoldAVocabularyInClipsForm() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, "{}");
        assertRefused("tokenizer.json").hasMessageContaining("'model' is missing");
        Files.writeString(file, "{\"model\": {\"type\": \"WordPiece\"}}");
        assertRefused("tokenizer.json").hasMessageContaining("'model.type' is \"WordPiece\", expected \"BPE\"");
        Files.writeString(file, "{\"model\": {\"end_of_word_suffix\": \"@@\"}}");
        assertRefused("tokenizer.json").hasMessageContaining("'model.end_of_word_suffix' is \"@@\", expected \"</w>\"");
    }

    @Test
    void mergesOfTokenizerJsonArePairsOrText() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        String json = new String(
                TokenizerJson.of(Vocabulary.read(folder), SpecialTokens.read(folder)), StandardCharsets.UTF_8);
        String start = json.substring(0, json.indexOf("\"merges\":"));
        Files.writeString(file, start + "\"merges\":[[\"i\",\"n\"],[\"in\",\"g</w>\"]]}}");
        assertThat(Vocabulary.read(folder).merges()).containsExactly("i n", "in g</w>");
        Files.writeString(file, start + "\"merges\":[\"i n\", \"q z\"]}}");
        assertRefused("tokenizer.json").hasMessageContaining("'model.merges[1]' needs it");
        Files.writeString(file, start + "\"merges\":[[\"i\",\"n\",\"g\"]]}}");
        assertRefused("tokenizer.json").hasMessageContaining("'model.merges[0]': expected two tokens");
    }

    @Test
    void specialTokensComeFromEitherFile() throws IOException {
        Files.writeString(folder.resolve("special_tokens_map.json"), "{\"pad_token\": \"!\"}");
        Files.writeString(folder.resolve("tokenizer_config.json"), """
                {"pad_token": "?", "eos_token": {"content": "<|end|>", "normalized": true}, "model_max_length": 40}
                """);
        assertThat(SpecialTokens.read(folder))
                .isEqualTo(new SpecialTokens(
                        new Token("<|startoftext|>", false), new Token("<|end|>", true), new Token("!", false), 40));
    }

    @Test
    void aTokenOfTwoRolesIsFoundInAnyCaseOnlyIfBothAllowIt() {
        Token start = new Token("start", true);
        Token end = new Token("end", true);
        assertThat(new SpecialTokens(start, end, end, 77).distinct()).containsExactly(start, end);
        assertThat(new SpecialTokens(start, end, new Token("end", false), 77).distinct())
                .containsExactly(start, new Token("end", false));
    }

    @Test
    void withoutFurtherFilesItIsAsInSd1() throws IOException {
        Files.delete(folder.resolve("special_tokens_map.json"));
        Files.delete(folder.resolve("tokenizer_config.json"));
        Token end = new Token("<|endoftext|>", false);
        assertThat(SpecialTokens.read(folder))
                .isEqualTo(new SpecialTokens(new Token("<|startoftext|>", false), end, end, 77));
    }

    @Test
    void aLengthThatIsNotSaidIsClips() throws IOException {
        writeLength("1000000000000000019884624838656");
        assertThat(SpecialTokens.read(folder).maxLength()).isEqualTo(77);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-77", "65537", "77.5", "\"77\""})
    void aLengthOutOfRangeIsRefused(String length) throws IOException {
        writeLength(length);
        assertRefused("tokenizer_config.json").hasMessageContaining("'model_max_length' is " + length);
    }

    private void writeLength(String length) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"model_max_length\": " + length + "}");
    }

    private void replaceInVocabulary(String part, String other) throws IOException {
        Path file = folder.resolve("vocab.json");
        String text = Files.readString(file);
        assertThat(text).contains(part);
        Files.writeString(file, text.replace(part, other));
    }

    private AbstractThrowableAssert<?, ?> assertRefused(String file) {
        return assertThatThrownBy(() -> ClipTokenizer.load(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(folder.resolve(file) + ": ");
    }
}
