package io.github.sdfinetune.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTextTest {

    @Test
    void aTextOfTheWebInterface() {
        ParametersText text = ParametersText.parse("""
                a cat, (sitting:1.2),
                on a mat <lora:mug:0.8>
                Negative prompt: blurry, dark
                ugly
                Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 965400086, Size: 512x768, Model hash: 45dee52b, \
                Model: a/b-c, Lora hashes: "mug: 1234, cup: 5678", Wildcard prompt: "two\\nlines, \\"quoted\\"", Version: v1.6.0""");

        assertThat(text.prompt()).isEqualTo("a cat, (sitting:1.2),\non a mat <lora:mug:0.8>");
        assertThat(text.negativePrompt()).isEqualTo("blurry, dark\nugly");
        assertThat(text.values())
                .containsExactly(
                        entry("Steps", "20"),
                        entry("Sampler", "DPM++ 2M Karras"),
                        entry("CFG scale", "7.5"),
                        entry("Seed", "965400086"),
                        entry("Size", "512x768"),
                        entry("Model hash", "45dee52b"),
                        entry("Model", "a/b-c"),
                        entry("Lora hashes", "mug: 1234, cup: 5678"),
                        entry("Wildcard prompt", "two\nlines, \"quoted\""),
                        entry("Version", "v1.6.0"));
    }

    @Test
    void withoutNegativePromptItIsEmpty() {
        ParametersText text = ParametersText.parse("a cat\nSteps: 20, Sampler: Euler, Seed: 1\n");

        assertThat(text.prompt()).isEqualTo("a cat");
        assertThat(text.negativePrompt()).isEmpty();
        assertThat(text.values()).hasSize(3).containsEntry("Seed", "1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a cat", "a cat\non a mat", "subject: cat, place: mat", "a: \"b"})
    void aTextWithoutValuesIsAPrompt(String prompt) {
        assertThat(ParametersText.parse(prompt)).isEqualTo(new ParametersText(prompt, "", Map.of()));
    }

    @Test
    void valuesAloneHaveNoPrompt() {
        assertThat(ParametersText.parse("Steps: 20, Sampler: Euler, Seed: 1").prompt())
                .isEmpty();
        assertThat(ParametersText.parse("Negative prompt: dark\nSteps: 20, Sampler: Euler, Seed: 1"))
                .isEqualTo(ParametersText.parse("\nNegative prompt: dark\nSteps: 20, Sampler: Euler, Seed: 1"));
    }

    @Test
    void whatIsNoNamedValueIsLeftOut() {
        assertThat(ParametersText.parse(
                                "Steps: 20, oops, Hashes: {\"vae\": \"1\", \"model\": \"2\"}, Size: 8x8, Seed: 1")
                        .values())
                .containsExactly(
                        entry("Steps", "20"),
                        entry("Hashes", "{\"vae\": \"1\""),
                        entry("Size", "8x8"),
                        entry("Seed", "1"));
    }

    @Test
    void brokenQuotesAreTakenAsTheyStand() {
        assertThat(ParametersText.parse("A: \"x, B: \"y\"z, C: \"\\q\", D: \"").values())
                .containsEntry("A", "\"x")
                .containsEntry("B", "\"y\"z")
                .containsEntry("D", "\"");
    }

    /** Any prompts and values come back, whatever separators and quotes are in them. */
    @Test
    void writtenAndReadIsTheSame() {
        Random random = new Random(1);
        for (int round = 0; round < 5000; round++) {
            Map<String, String> values = new LinkedHashMap<>();
            for (int i = 3 + random.nextInt(4); i > 0; i--) {
                values.put("Name " + i, anything(random));
            }
            ParametersText text = new ParametersText(anything(random), anything(random), values);

            assertThat(ParametersText.parse(text.text())).as(text.text()).isEqualTo(text);
        }
    }

    /** The time is linear: texts that made regular expressions run for ever or overflow the stack are read in no time. */
    @ParameterizedTest
    @ValueSource(strings = {"a: \"\\\"", ",", ":", "a: \"", "a:", "\\", "a, b: ", "\"", " a - "})
    void longHostileTextsAreReadAtOnce(String part) {
        String text = part.repeat(200_000);

        assertThat(ParametersText.parse(text).values().size()).isLessThan(10);
    }

    private static String anything(Random random) {
        String alphabet = "ab,:\"\\\n\t {}<>()/\u00e9\u732b\u2028\r0";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
