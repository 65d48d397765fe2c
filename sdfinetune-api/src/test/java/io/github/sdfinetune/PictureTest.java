package io.github.sdfinetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class PictureTest {
    private static final byte[] TWO_PIXELS = {1, 2, 3, (byte) 250, (byte) 251, (byte) 252};

    @Test
    void pixelsAreCopiedInAndOut() {
        byte[] given = TWO_PIXELS.clone();
        Picture picture = Picture.of(2, 1, given);
        given[0] = 99;
        picture.rgb()[1] = 99;

        assertThat(picture.rgb()).isEqualTo(TWO_PIXELS);
    }

    @Test
    void theJdkAndBack() {
        Picture picture = Picture.of(2, 1, TWO_PIXELS);
        BufferedImage image = picture.toBufferedImage();

        assertThat(image.getType()).isEqualTo(BufferedImage.TYPE_INT_RGB);
        assertThat(image.getRGB(1, 0)).isEqualTo(0xfffafbfc);
        assertThat(Picture.of(image)).isEqualTo(picture).hasSameHashCodeAs(picture);
    }

    @Test
    void alphaIsDropped() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00102030);

        assertThat(Picture.of(image).rgb()).containsExactly(0x10, 0x20, 0x30);
    }

    /** {@code getRGB} would take the numbers for linear light: 128 would become 188. */
    @Test
    void grayKeepsItsNumbers() {
        BufferedImage bytes = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        bytes.getRaster().setSample(0, 0, 0, 120);
        BufferedImage shorts = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
        shorts.getRaster().setSample(0, 0, 0, 0x78ff);

        assertThat(Picture.of(bytes).rgb()).containsExactly(120, 120, 120);
        assertThat(Picture.of(shorts).rgb()).containsExactly(120, 120, 120);
    }

    @Test
    void blackAndWhiteIsBlackAndWhite() {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        image.setRGB(1, 0, 0xffffffff);

        assertThat(Picture.of(image).rgb()).containsExactly(0, 0, 0, 255, 255, 255);
    }

    @Test
    void equalPicturesHaveEqualSides() {
        assertThat(Picture.of(2, 1, TWO_PIXELS)).isNotEqualTo(Picture.of(1, 2, TWO_PIXELS));
        assertThat(Picture.of(2, 1, TWO_PIXELS)).hasToString("Picture[2x1]");
    }

    @Test
    void thereMustBeThreeBytesForEachPixel() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Picture.of(2, 2, TWO_PIXELS))
                .withMessage("a picture of 2x2 needs sides of at least 1 and 3 bytes a pixel, got 6 bytes");
        assertThatIllegalArgumentException().isThrownBy(() -> Picture.of(0, 1, new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> Picture.of(-1, -2, TWO_PIXELS));
        assertThatIllegalArgumentException().isThrownBy(() -> Picture.of(65536, 65536, new byte[0]));
    }
}
