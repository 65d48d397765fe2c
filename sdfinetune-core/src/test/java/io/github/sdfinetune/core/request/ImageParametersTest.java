package io.github.sdfinetune.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.core.image.ParametersText;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageParametersTest {
    private static final Generation CAT = Generation.of("a cat, sitting").seed(42);

    private static final Origin ORIGIN =
            new Origin("1.2.3", "sd1", "abcdef0123", Optional.empty(), Optional.empty(), "");
    private static final String VERSION = ", RNG: CPU, Version: sdfinetune 1.2.3";

    private static ImageParameters parameters(Generation generation) {
        return new ImageParameters(generation, Map.of(), ORIGIN, "DDIM", 0, 512, 640);
    }

    private record Net(String name) implements ControlNet {
        @Override
        public String hash() {
            return "";
        }

        @Override
        public void close() {}
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
                        + " Seed: 42, Size: 512x640, Model hash: abcdef0123, Model: sd1" + VERSION);
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

        assertThat(parameters(generation).text(0, 42))
                .contains(", Adapters: \"mug: 0.8, my \\\"style\\\": 1\"")
                .endsWith(", Adapter hashes: \"mug: 0123456789, my \\\"style\\\": 0123456789\"" + VERSION);
    }

    @Test
    void adaptersInThePromptHaveAHashToo() {
        ImageParameters parameters = new ImageParameters(
                CAT.with(adapter("mug"), 1), Map.of("house", adapter("haus")), ORIGIN, "DDIM", 0, 512, 640);

        assertThat(parameters.text(0, 42))
                .endsWith(", Adapters: \"mug: 1\", Adapter hashes: \"mug: 0123456789, house: 0123456789\"" + VERSION);
    }

    @Test
    void controlNetsHaveTheFormOfTheExtension() {
        Picture picture = Picture.of(1, 1, new byte[3]);
        Generation generation = CAT.control(new Net("a: canny, small"), picture)
                .control(Control.by(new Net("depth"), picture)
                        .scale(0.55)
                        .during(0.1, 0.8)
                        .guessMode(true));

        String text = parameters(generation).text(0, 42);

        assertThat(text)
                .endsWith(", ControlNet 0: \"Module: none, Model: a_ canny_ small, Weight: 1, Resize Mode: Just Resize,"
                        + " Guidance Start: 0, Guidance End: 1, Control Mode: Balanced\", ControlNet 1: \"Module: none,"
                        + " Model: depth, Weight: 0.55, Resize Mode: Just Resize, Guidance Start: 0.1, Guidance End: 0.8,"
                        + " Control Mode: ControlNet is more important\"" + VERSION);
        assertThat(ParametersText.parse(text).values())
                .containsKeys("Steps", "ControlNet 0", "ControlNet 1", "Version");
    }

    @Test
    void onlyTheMaskedRegionHasTheWebInterfacesNames() {
        Inpainting inpainting = Inpainting.of(Picture.of(1, 1, new byte[3]), Mask.of(1, 1, new byte[1]));

        assertThat(parameters(CAT.inpainting(inpainting.withStrength(0.5).onlyMasked(32)))
                        .text(0, 42))
                .endsWith(", Denoising strength: 0.5, Inpaint area: Only masked, Masked area padding: 32" + VERSION);
        assertThat(parameters(CAT.inpainting(inpainting)).text(0, 42)).doesNotContain("Inpaint area");
    }

    @ParameterizedTest
    @CsvSource({"0.4, ', Hires steps: 8'", "0.7, ', Hires steps: 14'", "1, ', Hires steps: 20'", "0.01, ''"})
    void ofASecondPassTheStepsThatAreDoneCount(double strength, String steps) {
        HighResolution high = HighResolution.of(1024, 1280).withStrength(strength);

        String text = parameters(CAT.steps(20).highResolution(high)).text(0, 42);

        assertThat(text)
                .contains(", Hires resize: 1024x1280" + steps + ", Hires upscaler: Latent")
                .isEqualTo(parameters(CAT.steps(20).highResolution(high.withSteps(20)))
                        .text(0, 42));
    }

    @Test
    void valuesWithSeparatorsAreQuoted() {
        Origin origin = new Origin("1.2.3", "a: b, <c>\né", "0123456789", Optional.empty(), Optional.empty(), "");

        assertThat(new ImageParameters(CAT, Map.of(), origin, "DDIM", 0, 8, 8).text(0, 42))
                .endsWith("Model: \"a: b, <c>\\né\"" + VERSION);
    }

    @Test
    void anUnusualGenerationNamesItsSettings() {
        Generation generation = CAT.clipSkip(1).guidanceScale(7).steps(3);

        assertThat(parameters(generation).text(0, 42))
                .contains("Steps: 3,", "CFG scale: 7,")
                .endsWith(", Clip skip: 2" + VERSION);
    }

    @ParameterizedTest
    @CsvSource({"DDIM, Eta DDIM", "TCD, Eta"})
    void theSamplersEtaIsNamed(String sampler, String key) {
        assertThat(new ImageParameters(CAT, Map.of(), ORIGIN, sampler, 0.5, 512, 640).text(0, 42))
                .contains("Sampler: " + sampler + ",")
                .endsWith(", " + key + ": 0.5" + VERSION);
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
                .endsWith("Batch size: 4, Batch pos: 2" + VERSION);
    }

    @Test
    void picturesOfTheirOwnSeedsAreNoBatch() {
        Generation generation = Generation.of("a cat").count(2).seeds(7, 8);

        assertThat(parameters(generation).text(1, 8)).doesNotContain("Batch").contains("Seed: 8,");
    }

    @Test
    void whatIsWrittenForAGenerationIsRead() {
        Generation generation = Generation.of("a cat: \"Tom\",\n on a mat ")
                .negativePrompt(" blurry\n\nNegative prompt: twice ")
                .seed(42)
                .eta(0.5);
        Origin origin = new Origin("1.2.3", "my, \"model\"", "abcdef0123", Optional.empty(), Optional.empty(), "");
        ImageParameters parameters = new ImageParameters(generation, Map.of(), origin, "DDIM", 0.5, 512, 640);
        ParametersText text = ParametersText.parse(parameters.text(0, 42));

        assertThat(text.prompt()).isEqualTo("a cat: \"Tom\",\n on a mat ");
        assertThat(text.negativePrompt()).isEqualTo(" blurry\n\nNegative prompt: twice ");
        assertThat(text.values())
                .containsEntry("Size", "512x640")
                .containsEntry("Seed", "42")
                .containsEntry("Eta DDIM", "0.5")
                .containsEntry("Model", "my, \"model\"");
    }
}
