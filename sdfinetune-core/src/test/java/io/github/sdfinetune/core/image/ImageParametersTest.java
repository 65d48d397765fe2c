package io.github.sdfinetune.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.Generation;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageParametersTest {
    private static final Generation CAT = Generation.of("a cat, sitting").seed(42);

    private static ImageParameters parameters(Generation generation) {
        return new ImageParameters(generation, "DDIM", 0, 512, 640, "sd1", "abcdef0123");
    }

    private static Adapter adapter(String name) {
        return new Adapter() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String hash() {
                return "0123456789abcdef".repeat(4);
            }

            @Override
            public Map<String, String> metadata() {
                return Map.of();
            }

            @Override
            public void save(Path file, AdapterFormat format) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Test
    void theFormIsThatOfAutomatic1111() {
        assertThat(parameters(CAT.negativePrompt("blurry, dark")).text(0, 42))
                .isEqualTo("a cat, sitting\nNegative prompt: blurry, dark\nSteps: 25, Sampler: DDIM, CFG scale: 7.5,"
                        + " Seed: 42, Size: 512x640, Model hash: abcdef0123, Model: sd1");
    }

    @Test
    void withoutNegativePromptItsLineIsAbsent() {
        assertThat(parameters(CAT).text(0, -1))
                .startsWith("a cat, sitting\nSteps: 25,")
                .contains("Seed: -1,");
    }

    @Test
    void adaptersAreQuotedAsOneValue() {
        Generation generation = CAT.with(adapter("mug"), 0.8f).with(adapter("my \"style\""), 1);

        assertThat(parameters(generation).text(0, 42)).endsWith(", Adapters: \"mug: 0.8, my \\\"style\\\": 1\"");
    }

    @Test
    void valuesWithSeparatorsAreQuoted() {
        ImageParameters parameters = new ImageParameters(CAT, "DDIM", 0, 8, 8, "a: b, <c>\né", "0123456789");

        assertThat(parameters.text(0, 42)).endsWith("Model: \"a: b, <c>\\né\"");
    }

    @Test
    void anUnusualGenerationNamesItsSettings() {
        Generation generation = CAT.clipSkip(1).guidanceScale(7).steps(3);

        assertThat(parameters(generation).text(0, 42))
                .contains("Steps: 3,", "CFG scale: 7,")
                .endsWith(", Clip skip: 2");
    }

    @ParameterizedTest
    @CsvSource({"DDIM, Eta DDIM", "TCD, Eta"})
    void theSamplersEtaIsNamed(String sampler, String key) {
        assertThat(new ImageParameters(CAT, sampler, 0.5, 512, 640, "sd1", "abcdef0123").text(0, 42))
                .contains("Sampler: " + sampler + ",")
                .endsWith(", " + key + ": 0.5");
        assertThat(parameters(CAT).text(0, 42)).doesNotContain("Eta");
    }

    @Test
    void picturesOfOneSeedSayWhichTheyAre() {
        Generation generation = Generation.of("a cat", "a dog")
                .negativePrompt("red", "blue")
                .count(2)
                .seed(7);

        assertThat(parameters(generation).text(2, 7))
                .startsWith("a dog\nNegative prompt: blue\n")
                .endsWith("Batch size: 4, Batch pos: 2");
    }

    @Test
    void picturesOfTheirOwnSeedsAreNoBatch() {
        Generation generation = Generation.of("a cat").count(2).seeds(7, 8);

        assertThat(parameters(generation).text(1, 8)).doesNotContain("Batch").contains("Seed: 8,");
    }
}
