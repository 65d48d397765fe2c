package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.difference;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.HighResolution.Upscaling;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.event.ProgressEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A second pass at a larger size. */
final class SecondPassTest {
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

    private static Generation twoPasses(HighResolution high) {
        return generation().size(32, 24).highResolution(high);
    }

    private static HighResolution high() {
        return HighResolution.of(56, 40).withStrength(0.5);
    }

    @ParameterizedTest
    @EnumSource
    void theResultHasTheLargerSize(Upscaling upscaling) {
        long open = Tensor.open();
        GeneratedImage picture = tiny.generate(twoPasses(high().withUpscaling(upscaling)));

        assertThat(picture.width()).isEqualTo(56);
        assertThat(picture.height()).isEqualTo(40);
        assertThat(picture.rgb())
                .isNotEqualTo(tiny.rgb(twoPasses(high().withStrength(0).withUpscaling(upscaling))));
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @Test
    void theWaysOfScalingDiffer() {
        byte[] latent = tiny.rgb(twoPasses(high()));
        byte[] nearest = tiny.rgb(twoPasses(high().withUpscaling(Upscaling.LATENT_NEAREST)));

        assertThat(latent).isNotEqualTo(nearest);
        assertThat(tiny.rgb(twoPasses(high().withUpscaling(Upscaling.LANCZOS))))
                .isNotEqualTo(latent)
                .isNotEqualTo(nearest);
    }

    /** With nothing to scale and no step to do, the latents of the first pass are decoded. */
    @Test
    void withoutAStepTheScaledLatentsAreDecoded() {
        byte[] first = tiny.rgb(generation().size(32, 24));

        for (Upscaling upscaling : EnumSet.complementOf(EnumSet.of(Upscaling.LANCZOS))) {
            HighResolution same = HighResolution.of(32, 24).withStrength(0).withUpscaling(upscaling);
            assertThat(tiny.rgb(twoPasses(same))).isEqualTo(first);
        }
    }

    @Test
    void eventsCountTheStepsOfBothPasses() {
        List<ProgressEvent> events = new ArrayList<>();
        tiny.pipeline().generate(twoPasses(high().withSteps(6).withUpscaling(Upscaling.LANCZOS)), events::add);

        List<ProgressEvent> expected = new ArrayList<>();
        for (int step = 1; step <= 4; step++) {
            expected.add(new ProgressEvent.DenoisingStep(step, 7));
        }
        expected.add(new ProgressEvent.Preparing("decoding pictures", 1, 1));
        expected.add(new ProgressEvent.Preparing("encoding pictures", 1, 1));
        for (int step = 5; step <= 7; step++) {
            expected.add(new ProgressEvent.DenoisingStep(step, 7));
        }
        expected.add(new ProgressEvent.Preparing("decoding pictures", 1, 1));
        assertThat(events).containsExactlyElementsOf(expected);
    }

    @Test
    void previewsHaveTheSizeOfTheirPassAndOneIsShownForEachPicture() {
        List<ProgressEvent.Preview> previews = new ArrayList<>();
        Generation batch = twoPasses(high()).count(2).previewEvery(2);
        List<GeneratedImage> pictures = tiny.pipeline().generateAll(batch, event -> {
            if (event instanceof ProgressEvent.Preview preview) {
                previews.add(preview);
            }
        });

        assertThat(previews)
                .extracting(ProgressEvent::toString)
                .containsExactly(
                        "Preview[step=2, steps=6, picture=0, image=Picture[4x3]]",
                        "Preview[step=2, steps=6, picture=1, image=Picture[4x3]]",
                        "Preview[step=4, steps=6, picture=0, image=Picture[4x3]]",
                        "Preview[step=4, steps=6, picture=1, image=Picture[4x3]]",
                        "Preview[step=6, steps=6, picture=0, image=Picture[7x5]]",
                        "Preview[step=6, steps=6, picture=1, image=Picture[7x5]]");
        assertThat(previews.get(4).image()).isNotEqualTo(previews.get(5).image());
        assertThat(pictures.get(0).rgb())
                .isEqualTo(tiny.pipeline()
                        .generateAll(twoPasses(high()).count(2), event -> {})
                        .get(0)
                        .rgb());
    }

    /** Whole numbers go on counting: with 4 steps before, 5 is step 1 of the second pass, whose evaluations are 0 and 1. */
    @Test
    void schedulesGoOnInTheSecondPass() {
        assertThat(tiny.rgb(scheduled("[a disc:a square:4]"))).isNotEqualTo(tiny.rgb(scheduled("a disc")));
        assertThat(tiny.rgb(scheduled("[a disc:a square:5]"))).isEqualTo(tiny.rgb(scheduled("a disc")));
        assertThat(tiny.rgb(scheduled("[a disc:a square:1.2]"))).isNotEqualTo(tiny.rgb(scheduled("a disc")));
        assertThat(tiny.rgb(scheduled("[a disc:a square:1.25]"))).isEqualTo(tiny.rgb(scheduled("a disc")));
    }

    private static Generation scheduled(String prompt) {
        Generation plain = Generation.of(prompt).promptSyntax(PromptSyntax.A1111);
        return plain.sampler(Sampler.DDIM)
                .steps(TinyPipeline.STEPS)
                .seed(7)
                .size(32, 24)
                .highResolution(high());
    }

    @Test
    void eachPictureOfABatchGoesOnFromItsOwn() {
        Generation batch =
                twoPasses(high().withUpscaling(Upscaling.LANCZOS)).count(2).seeds(1, 2);
        List<GeneratedImage> pictures = tiny.pipeline().generateAll(batch, event -> {});

        byte[] alone =
                tiny.rgb(twoPasses(high().withUpscaling(Upscaling.LANCZOS)).seeds(2));
        assertThat(pictures.get(1).rgb()).isNotEqualTo(pictures.get(0).rgb());
        assertThat(difference(alone, pictures.get(1).rgb())).isLessThanOrEqualTo(2);
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        assertRefused(() -> HighResolution.of(0, 8), "width must be at least 1, was 0");
        assertRefused(() -> HighResolution.of(8, 0), "height must be at least 1, was 0");
        assertRefused(() -> high().withSteps(0), "steps must be from 1 to 1000, was 0");
        assertRefused(() -> high().withSteps(1001), "steps must be from 1 to 1000, was 1001");
        assertRefused(() -> high().withStrength(1.5), "strength must be from 0 to 1, was 1.5");
        assertRefused(
                () -> tiny.generate(twoPasses(HighResolution.of(57, 40))),
                "width must be a multiple of 8, was 57 (nearest: 56, 64)");
    }

    private static void assertRefused(Runnable call, String message) {
        long open = Tensor.open();
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @Test
    void theParametersDescribeBothPasses() {
        assertThat(tiny.generate(twoPasses(high().withSteps(6))).parameters())
                .contains(
                        "Size: 32x24",
                        "Denoising strength: 0.5",
                        "Hires resize: 56x40",
                        "Hires steps: 3") // those that are done
                .contains("Hires upscaler: Latent");
    }
}
