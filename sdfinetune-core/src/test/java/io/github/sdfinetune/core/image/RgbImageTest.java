package io.github.sdfinetune.core.image;

import static io.github.sdfinetune.core.image.PictureBytes.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RgbImageTest {

    /** A gray picture, so that each pixel is one number. */
    private static RgbImage gray(int width, int... values) {
        int[] rgb = new int[3 * values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = values[i / 3];
        }
        return new RgbImage(width, values.length / width, bytes(rgb));
    }

    private static int[] red(RgbImage image) {
        byte[] rgb = image.rgb();
        int[] red = new int[rgb.length / 3];
        for (int i = 0; i < red.length; i++) {
            red[i] = rgb[3 * i] & 0xff;
        }
        return red;
    }

    @Test
    void sizeAndBytesMustAgree() {
        assertThatThrownBy(() -> new RgbImage(2, 2, new byte[11]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a picture of 2x2 needs sides of at least 1 and 3 bytes a pixel, got 11 bytes");
        assertThatThrownBy(() -> new RgbImage(0, 2, new byte[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void normalisedIsPlanarFromMinusOneToOne() {
        RgbImage image = new RgbImage(2, 1, bytes(0, 51, 255, 255, 102, 0));

        assertThat(image.normalised()).containsExactly(-1, 1, -0.6f, -0.19999999f, 1, -1);
    }

    @Test
    void decodedValuesAreCutAndRoundedHalfToEven() {
        // 0 stands for 127.5.
        float[] planar = {0, 0.25f, -1, -3, 1, 3};

        assertThat(RgbImage.fromPlanar(planar, 2, 1).rgb()).isEqualTo(bytes(128, 0, 255, 159, 0, 255));
    }

    @Test
    void decodedValuesMustFillThePicture() {
        assertThatThrownBy(() -> RgbImage.fromPlanar(new float[11], 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("11 values given, expected 3 x 2 x 2 = 12");
    }

    @Test
    void normalisedAndBackGivesTheSamePixels() {
        byte[] rgb = new byte[3 * 256];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i * 7);
        }

        assertThat(RgbImage.fromPlanar(new RgbImage(32, 8, rgb).normalised(), 32, 8)
                        .rgb())
                .isEqualTo(rgb);
    }

    /** By hand: a triangle of radius 2 around 1 and 3 gives the weights 3/7, 3/7, 1/7 and 1/7, 3/7, 3/7. */
    @Test
    void reducingAveragesUnderAWiderTriangle() {
        RgbImage row = gray(4, 0, 100, 200, 50);

        assertThat(red(resize(row, 2, 1))).containsExactly(71, 121);
        assertThat(red(resize(gray(1, 0, 100, 200, 50), 1, 2))).containsExactly(71, 121);
    }

    /** By hand: the new pixels lie at 1/4, 3/4, 5/4, 7/4. */
    @Test
    void enlargingInterpolates() {
        assertThat(red(resize(gray(2, 0, 100), 4, 1))).containsExactly(0, 25, 75, 100);
    }

    /** By hand: 1/2 becomes 1 in the row, and again in the column; rounded once, 1/4 would become 0. */
    @Test
    void eachDirectionRoundsHalfUp() {
        assertThat(red(resize(gray(2, 0, 1, 0, 0), 1, 1))).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 254, 255})
    void onePlainColourStaysWhatItIs(int value) {
        int[] values = new int[35];
        Arrays.fill(values, value);

        assertThat(red(resize(gray(7, values), 3, 13))).containsOnly(value);
    }

    @Test
    void theSameSizeChangesNothing() {
        byte[] rgb = new byte[3 * 5 * 4];
        new Random(1).nextBytes(rgb);

        assertThat(new RgbImage(5, 4, rgb).resizeAndCentreCrop(5, 4).rgb()).isEqualTo(rgb);
    }

    /** The half pixel of 5 - 2 goes to the even side, as in Python: 1.5 becomes 2, 0.5 becomes 0. */
    @ParameterizedTest
    @CsvSource({"5, 2, 3", "3, 0, 1", "4, 1, 2"})
    void theCentreIsKept(int width, int first, int last) {
        int[] values = new int[2 * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % width;
        }

        assertThat(red(gray(width, values).resizeAndCentreCrop(2, 2))).containsExactly(first, last, first, last);
    }

    /** The longer side is cut down to whole pixels, as torchvision does: 640 x 427 covers 512 as 767 x 512. */
    @ParameterizedTest
    @CsvSource({"640, 427", "427, 640", "100, 100", "3, 50", "512, 512"})
    void everyShapeCoversTheSquare(int width, int height) {
        RgbImage square = new RgbImage(width, height, new byte[3 * width * height]).resizeAndCentreCrop(64, 64);

        assertThat(square.width()).isEqualTo(64);
        assertThat(square.height()).isEqualTo(64);
    }

    @Test
    void anOblongIsCoveredToo() {
        RgbImage oblong = gray(4, 1, 2, 3, 4).resizeAndCentreCrop(2, 1);

        assertThat(red(oblong)).containsExactly(2, 3);
    }

    /** A whole side would be 10⁸ pixels long, or more than an int counts. */
    @ParameterizedTest
    @ValueSource(ints = {200_000, 20_000_000})
    void ofVeryNarrowPicturesOnlyWhatIsKeptIsComputed(int length) {
        byte[] rgb = new byte[3 * length];
        Arrays.fill(rgb, (byte) 77);

        assertThat(red(new RgbImage(1, length, rgb).resizeAndCentreCrop(512, 512)))
                .containsOnly(77);
        assertThat(red(new RgbImage(length, 1, rgb).resizeAndCentreCrop(512, 512)))
                .containsOnly(77);
    }

    private static RgbImage resize(RgbImage image, int width, int height) {
        Samples samples = new Samples(image.sharedRgb(), image.width(), image.height(), 3);
        return new RgbImage(width, height, Resampling.of(samples, Resampling.Filter.BILINEAR, width, height));
    }
}
