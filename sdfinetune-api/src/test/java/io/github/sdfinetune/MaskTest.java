package io.github.sdfinetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskTest {

    /** The values of Pillow's {@code convert("L")} for these colours: 0.299 R + 0.587 G + 0.114 B. */
    @Test
    void coloursCountByTheirBrightness() {
        BufferedImage image = new BufferedImage(5, 1, BufferedImage.TYPE_INT_RGB);
        int[] colours = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff, 0x010203};
        image.setRGB(0, 0, 5, 1, colours, 0, 5);

        assertThat(Mask.of(image).gray()).containsExactly(76, 150, 29, 255, 2);
    }

    @Test
    void valuesAreCopiedInAndOut() {
        byte[] given = {1, 2};
        Mask mask = Mask.of(1, 2, given);
        given[0] = 9;
        mask.gray()[1] = 9;

        assertThat(mask.gray()).containsExactly(1, 2);
        assertThat(mask).isEqualTo(Mask.of(1, 2, new byte[] {1, 2})).isNotEqualTo(Mask.of(2, 1, new byte[] {1, 2}));
    }

    @Test
    void theValueOfAPixel() {
        Mask mask = Mask.of(2, 2, new byte[] {0, 1, 2, (byte) 255});

        assertThat(mask.at(1, 1)).isEqualTo(255);
        assertThat(mask.at(0, 1)).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mask.at(2, 0))
                .withMessage("pixel 2, 0 lies outside of a mask of 2x2");
    }

    @Test
    void invertedTwiceIsTheSame() {
        Mask mask = Mask.of(3, 1, new byte[] {0, 100, (byte) 255});

        assertThat(mask.inverted().gray()).containsExactly(255, 155, 0);
        assertThat(mask.inverted().inverted()).isEqualTo(mask);
    }

    @Test
    void aBlurOfRadius0ChangesNothing() {
        Mask mask = Mask.of(3, 1, new byte[] {0, 100, (byte) 255});

        assertThat(mask.blurred(0)).isEqualTo(mask);
    }

    @Test
    void aPlainMaskStaysPlain() {
        byte[] gray = new byte[35];
        Arrays.fill(gray, (byte) 77);

        assertThat(Mask.of(7, 5, gray).blurred(6.5)).isEqualTo(Mask.of(7, 5, gray));
    }

    /** A step blurred by a Gaussian is the normal distribution's cumulative function; three boxes are near it. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 2.5, 4, 10})
    void aBlurredStepIsTheNormalDistribution(double deviation) {
        int side = 101;
        byte[] gray = new byte[side * side];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = i % side < 50 ? 0 : (byte) 255;
        }
        Mask blurred = Mask.of(side, side, gray).blurred(deviation);

        for (int x = 0; x < side; x++) {
            double expected = 255 * normalDistribution((x - 49.5) / deviation);
            assertThat((double) blurred.at(x, 50)).as("column %d", x).isCloseTo(expected, within(4.0));
            assertThat(blurred.at(x, 0)).isEqualTo(blurred.at(x, 100));
        }
    }

    @Test
    void aBlurIsTheSameInBothDirections() {
        byte[] gray = new byte[21 * 21];
        gray[10 * 21 + 10] = (byte) 255;
        Mask blurred = Mask.of(21, 21, gray).blurred(1.5);

        for (int offset = 0; offset <= 10; offset++) {
            assertThat(blurred.at(10 + offset, 10))
                    .isEqualTo(blurred.at(10 - offset, 10))
                    .isEqualTo(blurred.at(10, 10 + offset))
                    .isEqualTo(blurred.at(10, 10 - offset));
        }
    }

    private static double normalDistribution(double x) {
        double sum = 0;
        double step = 1e-3;
        for (double t = -8; t < x; t += step) {
            sum += Math.exp(-t * t / 2) * step;
        }
        return sum / Math.sqrt(2 * Math.PI);
    }

    @Test
    void thereMustBeAByteForEachPixel() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mask.of(2, 2, new byte[3]))
                .withMessage("a mask of 2x2 needs sides of at least 1 and a byte for each pixel, got 3 bytes");
        assertThatIllegalArgumentException().isThrownBy(() -> Mask.of(0, 2, new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, 8})
    void theRadiusMustFitTheMask(double radius) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mask.of(7, 5, new byte[35]).blurred(radius))
                .withMessageStartingWith("the radius of a blur must be from 0 to the longer side of the mask (7), was");
    }
}
