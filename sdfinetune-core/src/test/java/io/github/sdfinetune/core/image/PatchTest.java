package io.github.sdfinetune.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sdfinetune.Mask;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Cutting a part out of a picture, scaling it, and painting it back. */
class PatchTest {

    private static RgbImage noise(int width, int height, long seed) {
        byte[] rgb = new byte[3 * width * height];
        new Random(seed).nextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }

    private static Mask noiseMask(int width, int height) {
        byte[] gray = new byte[width * height];
        Random random = new Random(3);
        for (int i = 0; i < gray.length; i++) {
            gray[i] = switch (random.nextInt(3)) {
                case 0 -> 0;
                case 1 -> (byte) 255;
                default -> (byte) random.nextInt(256);
            };
        }
        return Mask.of(width, height, gray);
    }

    @Test
    void aCropHoldsThePixelsOfItsRegion() {
        RgbImage image = noise(7, 5, 1);
        byte[] part = image.crop(new Region(2, 1, 4, 3)).rgb();

        for (int y = 0; y < 3; y++) {
            for (int i = 0; i < 12; i++) {
                assertThat(part[y * 12 + i]).isEqualTo(image.rgb()[((y + 1) * 7 + 2) * 3 + i]);
            }
        }
    }

    @Test
    void aMaskIsCutLikeItsPicture() {
        Mask mask = Mask.of(3, 2, new byte[] {1, 2, 3, 4, 5, 6});

        assertThat(MaskParts.crop(mask, new Region(1, 0, 2, 2))).isEqualTo(Mask.of(2, 2, new byte[] {2, 3, 5, 6}));
    }

    @Test
    void aMaskIsScaledLikeAGrayPicture() {
        Mask mask = noiseMask(13, 9);
        byte[] rgb = new byte[3 * 13 * 9];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = mask.gray()[i / 3];
        }

        assertThat(MaskParts.resized(mask, 20, 31))
                .isEqualTo(Mask.of(new RgbImage(13, 9, rgb).resized(20, 31).toPicture()));
    }

    /** Mixed exactly and rounded; where the mask is black or the region ends, not one bit changes. */
    @Test
    void aPatchIsMixedByTheMask() {
        RgbImage image = noise(17, 11, 1);
        RgbImage patch = noise(8, 6, 2);
        Mask mask = noiseMask(17, 11);
        byte[] before = image.rgb();
        byte[] after = image.withPatch(patch, new Region(5, 4, 8, 6), mask).rgb();

        for (int i = 0; i < after.length; i++) {
            int x = i / 3 % 17;
            int y = i / 3 / 17;
            int white = x < 5 || x >= 13 || y < 4 || y >= 10 ? 0 : mask.at(x, y);
            int over = white == 0 ? 0 : patch.rgb()[((y - 4) * 8 + x - 5) * 3 + i % 3] & 0xff;
            long expected = Math.round(((before[i] & 0xff) * (255.0 - white) + over * (double) white) / 255);
            assertThat(after[i] & 0xff).as("sample %d under %d", i, white).isEqualTo((int) expected);
            if (white == 0) {
                assertThat(after[i]).isEqualTo(before[i]);
            }
        }
        assertThat(image.rgb()).isEqualTo(before);
    }

    @Test
    void sizesMustMatch() {
        RgbImage image = noise(4, 4, 1);
        RgbImage patch = noise(2, 2, 2);
        Mask mask = Mask.of(4, 4, new byte[16]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> image.crop(new Region(3, 0, 2, 1)))
                .withMessage("a region of 2x1 at 3, 0 reaches out of a picture of 4x4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> image.withPatch(patch, new Region(3, 3, 2, 2), mask))
                .withMessageContaining("reaches out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> image.withPatch(patch, new Region(0, 0, 2, 1), mask))
                .withMessage("a patch of 2x2 does not fit a region of 2x1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> image.withPatch(patch, new Region(0, 0, 2, 2), Mask.of(2, 2, new byte[4])))
                .withMessage("the mask has 2x2 pixels, the picture 4x4; they must be equal");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> image.resized(0, 3))
                .withMessage("a picture has sides of at least 1, wanted 0x3");
    }
}
