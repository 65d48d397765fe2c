package io.github.sdfinetune.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sdfinetune.core.image.Outpainting.Insets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutpaintingTest {

    private static RgbImage row(int... reds) {
        byte[] rgb = new byte[3 * reds.length];
        for (int i = 0; i < reds.length; i++) {
            rgb[3 * i] = (byte) reds[i];
        }
        return new RgbImage(reds.length, 1, rgb);
    }

    private static int[] reds(RgbImage image) {
        int[] reds = new int[image.width() * image.height()];
        for (int i = 0; i < reds.length; i++) {
            reds[i] = image.rgb()[3 * i] & 0xff;
        }
        return reds;
    }

    @Test
    void thePictureGoesOnMirrored() {
        Outpainting canvas = Outpainting.of(row(1, 2, 3), new Insets(4, 0, 5, 0), 0);

        assertThat(reds(canvas.picture())).containsExactly(1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2);
        assertThat(canvas.mask().gray())
                .isEqualTo(PictureBytes.bytes(255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 255));
    }

    @Test
    void onePixelGoesOnAsItIs() {
        Outpainting canvas = Outpainting.of(row(9), new Insets(2, 1, 0, 1), 0);

        assertThat(reds(canvas.picture())).containsOnly(9).hasSize(9);
        assertThat(canvas.mask().gray()).isEqualTo(PictureBytes.bytes(255, 255, 255, 255, 255, 0, 255, 255, 255));
    }

    @Test
    void theOldPictureIsWhereItWasAndUnchanged() {
        byte[] rgb = new byte[3 * 20 * 10];
        new Random(1).nextBytes(rgb);
        RgbImage picture = new RgbImage(20, 10, rgb);
        Outpainting canvas = Outpainting.of(picture, new Insets(3, 40, 0, 7), 4);

        assertThat(canvas.picture().width()).isEqualTo(23);
        assertThat(canvas.picture().height()).isEqualTo(57);
        assertThat(canvas.picture().crop(new Region(3, 40, 20, 10)).rgb()).isEqualTo(rgb);
    }

    /** Four steps between 255 and 0 are fifths: 204, 153, 102, 51; the right side does not grow and stays black. */
    @Test
    void theMaskFadesIntoTheOldPicture() {
        Outpainting canvas = Outpainting.of(row(0, 0, 0, 0, 0, 0), new Insets(2, 0, 0, 0), 4);

        assertThat(canvas.mask().gray()).isEqualTo(PictureBytes.bytes(255, 255, 204, 153, 102, 51, 0, 0));
    }

    @Test
    void inACornerTheWhiterFadeCounts() {
        RgbImage picture = new RgbImage(3, 3, new byte[27]);
        Outpainting canvas = Outpainting.of(picture, new Insets(1, 1, 0, 0), 2);

        assertThat(canvas.mask().gray())
                .isEqualTo(PictureBytes.bytes(
                        255, 255, 255, 255, //
                        255, 170, 170, 170, //
                        255, 170, 85, 85, //
                        255, 170, 85, 0));
    }

    @Test
    void somethingMustGrow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Insets(0, 0, 0, 0))
                .withMessage(
                        "insets must be at least 0 and one of them above 0, were left 0, top 0, right 0, bottom 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new Insets(5, -1, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Outpainting.of(row(1), new Insets(1, 0, 0, 0), -1))
                .withMessage("the overlap with the old picture must be at least 0, was -1");
    }
}
