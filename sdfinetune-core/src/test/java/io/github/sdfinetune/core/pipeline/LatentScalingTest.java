package io.github.sdfinetune.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.sdfinetune.HighResolution.Upscaling;
import io.github.sdfinetune.core.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code torch.nn.functional.interpolate} makes of latents; {@code pictures/make.py} ran it. */
class LatentScalingTest {
    private static final LatentShape SHAPE = new LatentShape(2, 1, 4, 3);
    private static final Map<Upscaling, String> MODES = Map.of(
            Upscaling.LATENT, "bilinear",
            Upscaling.LATENT_ANTIALIASED, "bilinear-antialiased",
            Upscaling.LATENT_BICUBIC, "bicubic",
            Upscaling.LATENT_BICUBIC_ANTIALIASED, "bicubic-antialiased",
            Upscaling.LATENT_NEAREST, "nearest",
            Upscaling.LATENT_NEAREST_EXACT, "nearest-exact");

    private static float[] latents() {
        float[] latents = new float[SHAPE.count()];
        for (int i = 0; i < latents.length; i++) {
            latents[i] = i * 37 % 400 / 100f - 2;
        }
        return latents;
    }

    private static double[] expected(String name) throws IOException {
        try (InputStream file = LatentScalingTest.class.getResourceAsStream("/pictures/latents.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .flatMap(line -> Arrays.stream(line.split(" ", -1)).skip(1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        }
    }

    /** Versions of torch round bicubic weights differently. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LANCZOS")
    void latentsAreScaledAsByTorch(Upscaling upscaling) throws IOException {
        long open = Tensor.open();
        for (LatentShape to : new LatentShape[] {new LatentShape(2, 1, 7, 5), new LatentShape(2, 1, 3, 2)}) {
            float[] scaled = LatentScaling.of(upscaling, latents(), SHAPE, to);
            double[] expected = expected(MODES.get(upscaling) + "-" + to.width() + "x" + to.height());

            assertThat(scaled).hasSameSizeAs(expected);
            for (int i = 0; i < scaled.length; i++) {
                assertThat((double) scaled[i]).as("%s, %d", to, i).isCloseTo(expected[i], within(5e-6));
            }
        }
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @Test
    void pixelsAreNotScaledHere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LatentScaling.of(Upscaling.LANCZOS, latents(), SHAPE, SHAPE))
                .withMessage("Lanczos scales pixels, not latents");
    }
}
