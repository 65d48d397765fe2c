package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.TinyControlNet;
import io.github.sdfinetune.error.GenerationException;
import io.github.sdfinetune.event.ProgressEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GenerationErrorsTest {
    private static final String NOT_FINITE =
            "the latents after step 1 are not finite numbers: the scale of an adapter or ControlNet, the guidance scale or"
                    + " a weight in a prompt is too large, or the model's weights are damaged";

    @TempDir
    private static Path folder;

    private static TinyPipeline tiny;

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    @Test
    void aSizeThatIsNoMultipleOfTheFactorNamesTheNearest() {
        assertRefused(generation().size(64, 500), "height must be a multiple of 8, was 500 (nearest: 496, 504)");
        assertRefused(generation().size(7, 64), "width must be a multiple of 8, was 7 (nearest: 8)");
    }

    @Test
    void moreThanAnArrayHoldsIsRefused() {
        assertRefused(
                generation().size(1 << 30, 1 << 30),
                "a picture of 1073741824x1073741824 is too large, expected at most 715827882 pixels");
        assertRefused(
                generation().count(10_000).size(4096, 4096),
                "10000 samples of 4x512x512 latents are more numbers than an array holds");
    }

    @Test
    void moreStepsThanTimestepsAreRefused() {
        assertRefused(
                generation().steps(1000),
                "1000 steps with steps_offset 1 lead to timestep 1000, beyond the 0 to 999 of the model's training; 999 steps"
                        + " stay within");
    }

    @Test
    void seedsMustBeOneOrOneForEachPicture() {
        assertRefused(generation().count(3).seeds(1, 2), "one seed or one for each of the 3 pictures is needed, not 2");
    }

    @Test
    void clipSkipBeyondTheTextEncoderIsRefused() {
        assertRefused(generation().clipSkip(3), "clip skip must be at most the 2 layers of the text encoder, was 3");
    }

    private static void assertRefused(Generation generation, String message) {
        long open = Tensor.open();
        assertThatThrownBy(() -> tiny.pipeline().generateAll(generation, ProgressListener.quiet()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @Test
    void generateRefusesMoreThanOnePicture() {
        assertThatThrownBy(() -> tiny.generate(generation().count(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("generate gives one picture, but 2 are asked for: use generateAll");
    }

    @Test
    void settingsOutOfRangeAreRefusedWhenTheyAreMade() {
        assertThatThrownBy(() -> generation().steps(1001)).hasMessage("steps must be from 1 to 1000, was 1001");
        assertThatThrownBy(() -> generation().steps(0)).hasMessage("steps must be from 1 to 1000, was 0");
        assertThatThrownBy(() -> generation().count(0)).hasMessage("count must be at least 1, was 0");
        assertThatThrownBy(() -> generation().size(0, 8)).hasMessage("width must be at least 1, was 0");
        assertThatThrownBy(() -> generation().eta(1.5)).hasMessage("eta must be from 0 to 1, was 1.5");
        assertThatThrownBy(() -> generation().clipSkip(-1)).hasMessage("clip skip must be at least 0, was -1");
        assertThatThrownBy(() -> generation().guidanceScale(Double.NaN))
                .hasMessage("guidance scale must be a number of at least 0, was NaN");
        assertThatThrownBy(Generation::of).hasMessage("at least one prompt is needed");
    }

    @Test
    void anAdapterThatIsTooStrongIsNamedAsThePossibleCause() {
        Adapter adapter = tiny.train(training().build());
        long open = Tensor.open();

        assertNotFinite(generation().with(adapter, 1e30f));
        assertThat(Tensor.open()).isEqualTo(open);
        assertThatThrownBy(() -> generation().with(adapter, Float.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the scale of an adapter must be finite, was NaN");
    }

    @Test
    void aGuidanceScaleThatIsTooLargeIsNamedAsThePossibleCause() {
        assertNotFinite(generation().guidanceScale(1e39));
    }

    @Test
    void aWeightInAPromptThatIsTooLargeIsNamedAsThePossibleCause() {
        assertNotFinite(Generation.of("a (red:" + "9".repeat(38) + ") disc")
                .promptSyntax(PromptSyntax.A1111)
                .steps(1));
    }

    @Test
    void aScaleOfAControlNetThatIsTooLargeIsNamedAsThePossibleCause(@TempDir Path nets) throws IOException {
        try (ControlNet net = TinyControlNet.load(nets.resolve("edges"), "")) {
            Picture picture = Picture.of(8, 8, new byte[192]);
            assertNotFinite(generation().control(Control.by(net, picture).scale(1e39)));
        }
    }

    private static void assertNotFinite(Generation generation) {
        assertThatThrownBy(() -> tiny.generate(generation))
                .isInstanceOf(GenerationException.class)
                .hasMessage(NOT_FINITE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unet/diffusion_pytorch_model.safetensors",
                "vae/diffusion_pytorch_model.safetensors",
                "text_encoder/model.safetensors"
            })
    void weightsThatAreNoNumbersGiveNoPicture(String file, @TempDir Path copies) throws IOException {
        ModelCopy copy = ModelCopy.of(tiny.model(), copies.resolve("copy"));
        copy.safetensors(file).change(value -> Float.NaN).write();

        try (Pipeline pipeline =
                Pipeline.load(copy.folder(), LoadOptions.defaults().threads(1))) {
            assertThatThrownBy(() -> pipeline.generate(generation()))
                    .isInstanceOf(GenerationException.class)
                    .hasMessageContaining("are not finite numbers");
        }
    }

    @Test
    void aPromptThatIsCutIsAWarningThatNamesTheWords() {
        List<ProgressEvent> events = new ArrayList<>();
        tiny.pipeline().generate(Generation.of("a disc ".repeat(60) + "zebra").steps(1), events::add);

        assertThat(events)
                .filteredOn(ProgressEvent.Warning.class::isInstance)
                .singleElement()
                .asString()
                .contains("the prompt is longer than 77 tokens")
                .contains("zebra");
    }
}
