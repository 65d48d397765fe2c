package io.github.sdfinetune.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanczosTest {

    /** Two bright and two dark squares, as the tests of Pillow make them. */
    private static RgbImage squares(int side, int bright) {
        byte[] rgb = new byte[3 * side * side];
        for (int i = 0; i < rgb.length; i++) {
            boolean left = i / 3 % side < side / 2;
            boolean top = i / 3 / side < side / 2;
            rgb[i] = (byte) (left == top ? bright : 255 - bright);
        }
        return new RgbImage(side, side, rgb);
    }

    private static int[] topLeftQuarter(RgbImage image) {
        int half = image.width() / 2;
        int[] values = new int[half * half];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.rgb()[3 * (i / half * image.width() + i % half)] & 0xff;
        }
        return values;
    }

    /** Values that Pillow gives (Tests/test_image_resample.py, test_reduce_lanczos). */
    @Test
    void reducingIsThatOfPillow() {
        assertThat(topLeftQuarter(squares(16, 0xe1).resized(8, 8)))
                .containsExactly(
                        0xe1, 0xe0, 0xe4, 0xd7, //
                        0xe0, 0xdf, 0xe3, 0xd6, //
                        0xe4, 0xe3, 0xe7, 0xda, //
                        0xd7, 0xd6, 0xd9, 0xce);
    }

    /** Values that Pillow gives (Tests/test_image_resample.py, test_enlarge_lanczos); two of them are cut at 255. */
    @Test
    void enlargingIsThatOfPillow() {
        assertThat(topLeftQuarter(squares(6, 0xe1).resized(12, 12)))
                .containsExactly(
                        0xe1, 0xe0, 0xdb, 0xed, 0xf5, 0xb8, //
                        0xe0, 0xdf, 0xda, 0xec, 0xf3, 0xb7, //
                        0xdb, 0xdb, 0xd6, 0xe7, 0xee, 0xb5, //
                        0xed, 0xec, 0xe6, 0xfb, 0xff, 0xbf, //
                        0xf5, 0xf4, 0xee, 0xff, 0xff, 0xc4, //
                        0xb8, 0xb7, 0xb4, 0xbf, 0xc4, 0xa0);
    }

    @Test
    void theSameSizeIsTheSamePicture() {
        byte[] rgb = new byte[3 * 9 * 7];
        new Random(1).nextBytes(rgb);

        assertThat(new RgbImage(9, 7, rgb).resized(9, 7).rgb()).isEqualTo(rgb);
    }

    @ParameterizedTest
    @CsvSource({"512, 9, 9, 512", "1, 1, 64, 3", "100, 100, 1, 1", "3, 5, 1000, 7"})
    void aPlainPictureStaysPlain(int width, int height, int newWidth, int newHeight) {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) 200);

        assertThat(new RgbImage(width, height, rgb).resized(newWidth, newHeight).rgb())
                .containsOnly(200);
    }
}
