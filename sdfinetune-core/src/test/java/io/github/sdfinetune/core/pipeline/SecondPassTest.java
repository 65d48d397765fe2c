package io.github.sdfinetune.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.HighResolution.Upscaling;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.prompt.PromptSteps;
import io.github.sdfinetune.core.scheduler.SamplerRun;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.core.scheduler.StepPlan;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.testing.TinyModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A generation of two passes against its parts: a generation from noise, scaling, and a denoising at the larger size that begins in
 * the middle. A call with the picture to start from has other noise, since it draws what the encoder gives first.
 */
class SecondPassTest {
    private static final List<Long> SEEDS = List.of(7L);
    private static final PixelSize SMALL = new PixelSize(32, 24);
    private static final PixelSize LARGE = new PixelSize(64, 48);
    private static final int STEPS = 4;
    private static final int SECOND_STEPS = 5;
    private static final int SECOND_STEPS_DONE = 3;
    private static final Patches NONE = Patches.none();

    @TempDir
    private static Path folder;

    @AutoClose
    private static DiffusionModel model;

    @BeforeAll
    static void load() {
        model = TinyModel.in(folder);
    }

    private static Generation generation() {
        return Generation.of("a red disc")
                .negativePrompt("a square")
                .sampler(Sampler.EULER_ANCESTRAL)
                .steps(STEPS)
                .size(SMALL.width(), SMALL.height());
    }

    @ParameterizedTest
    @EnumSource(names = {"LATENT_NEAREST", "LANCZOS"})
    void theSecondPassIsADenoisingOfTheScaledResultOfTheFirst(Upscaling upscaling) {
        Generation both = generation()
                .highResolution(HighResolution.of(LARGE.width(), LARGE.height())
                        .withSteps(SECOND_STEPS)
                        .withStrength((double) SECOND_STEPS_DONE / SECOND_STEPS)
                        .withUpscaling(upscaling));
        StopSignal never = new StopSignal(new Cancellation(), () -> false);
        List<RgbImage> pictures =
                new ImageGenerator(model).generate(both, SEEDS, NONE, ProgressListener.quiet(), never);

        assertThat(pictures).singleElement().extracting(RgbImage::rgb).isEqualTo(byHand(upscaling));
    }

    private static byte[] byHand(Upscaling upscaling) {
        SamplerSpec sampler = new ImageGenerator(model).sampler(generation());
        LatentShape large = shape(LARGE);
        try (Scope scope = Scope.open();
                LatentNoise firstNoise = new LatentNoise(SEEDS, shape(SMALL));
                LatentNoise secondNoise = new LatentNoise(SEEDS, large)) {
            SamplerRun first = sampler.start(STEPS, 1);
            float[] initial = firstNoise.draw();
            for (int i = 0; i < initial.length; i++) {
                initial[i] = (float) (initial[i] * first.initNoiseSigma());
            }
            float[] small = denoised(first, initial, SMALL, firstNoise);
            float[] clean = upscaling == Upscaling.LANCZOS
                    ? new PictureEncoder(codec(), large)
                            .mean(decoded(small, SMALL)
                                    .resized(LARGE.width(), LARGE.height())
                                    .normalised())
                    : doubled(small, shape(SMALL));
            SamplerRun second = sampler.start(StepPlan.of(SECOND_STEPS), SECOND_STEPS - SECOND_STEPS_DONE, 1);
            float[] noisy = second.addNoise(clean, secondNoise.draw());
            return decoded(denoised(second, noisy, LARGE, secondNoise), LARGE).rgb();
        }
    }

    private static LatentShape shape(PixelSize size) {
        return new LatentShape(1, 4, size.height() / 8, size.width() / 8);
    }

    private static float[] denoised(SamplerRun run, float[] start, PixelSize size, LatentNoise noise) {
        Generation generation = generation();
        PromptBatch prompts =
                new PromptEncoder(model, NONE, ProgressListener.quiet()).encode(generation, PromptSteps.of(1), size);
        Guidance guidance = new Guidance(generation.guidanceScale(), 0, 0, 1);
        Denoiser denoiser = new Denoiser(model.unet(), prompts, guidance, Optional.empty(), Controls.none(), NONE);
        return new DenoisingLoop(denoiser, UnaryOperator.identity()).run(run, shape(size), start, noise, step -> {});
    }

    private static float[] doubled(float[] latents, LatentShape shape) {
        float[] doubled = new float[4 * latents.length];
        int width = 2 * shape.width();
        for (int i = 0; i < doubled.length; i++) {
            int row = i / width; // counted over all channels, each of which is doubled too
            doubled[i] = latents[row / 2 * shape.width() + i % width / 2];
        }
        return doubled;
    }

    private static RgbImage decoded(float[] latents, PixelSize size) {
        return codec().decode(latents, shape(size), done -> {}).get(0);
    }

    private static LatentCodec codec() {
        return new LatentCodec(model.vae(), false, () -> {});
    }
}
