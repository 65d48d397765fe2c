package io.github.sdfinetune.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.core.image.Region;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.testing.TinyModel;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CanvasTest {
    private static final int WIDTH = 48;
    private static final int HEIGHT = 32;
    private static final RgbImage GRADIENTS = gradients();

    @TempDir
    private static Path folder;

    @AutoClose
    private static DiffusionModel model;

    @BeforeAll
    static void load() {
        model = TinyModel.in(folder);
    }

    private static RgbImage gradients() {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            rgb[3 * i] = (byte) (5 * (i % WIDTH));
            rgb[3 * i + 1] = (byte) (7 * (i / WIDTH));
            rgb[3 * i + 2] = (byte) (3 * (i % WIDTH + i / WIDTH));
        }
        return new RgbImage(WIDTH, HEIGHT, rgb);
    }

    private static Canvas canvas(byte[] mask, int width, int height, int padding) {
        Inpainting inpainting = Inpainting.of(GRADIENTS.toPicture(), Mask.of(WIDTH, HEIGHT, mask));
        return Canvas.of(
                Generation.of("")
                        .size(width, height)
                        .inpainting(padding < 0 ? inpainting : inpainting.onlyMasked(padding)),
                model);
    }

    /** A region as wide as the picture can't be grown to a square; gray of a hard mask belongs to it, but is not painted over. */
    @Test
    void aRegionKeepsItsProportions() {
        byte[] mask = new byte[WIDTH * HEIGHT];
        mask[20 * WIDTH] = (byte) 255;
        mask[20 * WIDTH + WIDTH - 1] = 100;
        Canvas canvas = canvas(mask, 64, 64, 0);
        RgbImage filled = GRADIENTS.crop(new Region(0, 0, WIDTH, HEIGHT)).filled(64, 64);

        assertThat(canvas.picture().orElseThrow().image().rgb()).isEqualTo(filled.rgb());
        assertThat(canvas.section().apply(GRADIENTS).rgb()).isEqualTo(filled.rgb());
        byte[] white = new byte[3 * 64 * 64];
        Arrays.fill(white, (byte) 255);
        byte[] painted = canvas.result().apply(new RgbImage(64, 64, white)).rgb();
        for (int i = 0; i < painted.length; i++) {
            assertThat(painted[i])
                    .isEqualTo(i / 3 == 20 * WIDTH ? (byte) 255 : GRADIENTS.rgb()[i]);
        }
    }

    /** What comes back unchanged lies where it lay. */
    @Test
    void aRegionComesBackToItsPlace() {
        byte[] mask = new byte[WIDTH * HEIGHT];
        Arrays.fill(mask, 10 * WIDTH, 14 * WIDTH, (byte) 255);
        Canvas canvas = canvas(mask, 96, 96, 2);
        byte[] back =
                canvas.result().apply(canvas.picture().orElseThrow().image()).rgb();

        byte[] before = GRADIENTS.rgb();
        for (int i = 0; i < back.length; i++) {
            assertThat(Math.abs((back[i] & 0xff) - (before[i] & 0xff))).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void allOfAControlPictureBelongsToAWholePicture() {
        Picture start = GRADIENTS.toPicture();
        Mask mask = Mask.of(WIDTH, HEIGHT, new byte[WIDTH * HEIGHT]);

        assertShowsAll(Generation.of("").size(72, 40), 72, 40);
        assertShowsAll(Generation.of("").size(72, 40).imageToImage(start, 0.5), 72, 40);
        assertShowsAll(Generation.of("").imageToImage(start, 0.5), WIDTH, HEIGHT);
        assertShowsAll(Generation.of("").inpainting(Inpainting.of(start, mask)), WIDTH, HEIGHT);
        assertShowsAll(Generation.of("").outpainting(Outpainting.of(start, 8, 16, 24, 0)), WIDTH + 32, HEIGHT + 16);
    }

    /** The size that is painted is that of the whole picture, and of a control picture no part is left out. */
    private static void assertShowsAll(Generation generation, int width, int height) {
        Canvas canvas = Canvas.of(generation, model);

        assertThat(canvas.size()).isEqualTo(new PixelSize(width, height));
        assertThat(canvas.section().apply(GRADIENTS)).isSameAs(GRADIENTS);
    }

    @Test
    void whereARegionIsPaintedAControlPictureOfAnotherSizeIsScaledToTheWholePicture() {
        byte[] mask = new byte[WIDTH * HEIGHT];
        mask[20 * WIDTH + 30] = (byte) 255;
        Region region = Region.toRepaint(Mask.of(WIDTH, HEIGHT, mask), 4, 64, 64);
        RgbImage small = GRADIENTS.resized(20, 30);

        assertThat(canvas(mask, 64, 64, 4).section().apply(small).rgb())
                .isEqualTo(
                        small.resized(WIDTH, HEIGHT).crop(region).filled(64, 64).rgb());
    }

    /** Stripes of 200 and 0 are 100 on average, which is below a half; cut first they would be 255 and 0. */
    @Test
    void aMaskIsCutAtAHalfAfterItIsScaled() {
        byte[] mask = new byte[WIDTH * HEIGHT];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (i % 2 == 0 ? 200 : 0);
        }

        assertThat(latents(canvas(mask, 24, 16, -1))).containsOnly(0);
        assertThat(latents(canvas(mask, 24, 16, 0))).containsOnly(0);
        assertThat(latents(canvas(mask, 48, 32, -1))).contains(1);
    }

    private static float[] latents(Canvas canvas) {
        return canvas.picture().orElseThrow().mask().orElseThrow().latents();
    }
}
