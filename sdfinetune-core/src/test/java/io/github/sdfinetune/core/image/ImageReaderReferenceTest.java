package io.github.sdfinetune.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.sdfinetune.core.testing.ReferenceFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real photos. Where two files show the same scene, one checks the other; the other colours were compared by eye. */
@Tag("reference")
class ImageReaderReferenceTest {

    private static UprightImage photo(String name) throws IOException {
        Path file = ReferenceFolder.get().path("photos/" + name);
        assumeTrue(Files.exists(file), () -> name + " is not among the reference data");
        return ImageReader.read(file);
    }

    private static double meanDifference(RgbImage one, RgbImage other) {
        byte[] a = one.rgb();
        byte[] b = other.rgb();
        long sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((a[i] & 0xff) - (b[i] & 0xff));
        }
        return (double) sum / a.length;
    }

    /** The mean of each channel, as a fingerprint of the colours. */
    private static double[] means(RgbImage image) {
        double[] means = new double[3];
        byte[] rgb = image.rgb();
        for (int i = 0; i < rgb.length; i++) {
            means[i % 3] += (rgb[i] & 0xff) * 3.0 / rgb.length;
        }
        return means;
    }

    @ParameterizedTest
    @CsvSource({
        "astronaut.png, 512, 512",
        "camera.png, 512, 512",
        "chelsea.png, 451, 300",
        "coffee.png, 600, 400",
        "rocket.jpg, 640, 427",
        "odd/1.webp, 550, 368",
        "odd/1_webp_ll.webp, 400, 301",
        "odd/cmyk-sample-no-icc.jpg, 114, 199",
        "odd/gray-sample.jpg, 386, 396"
    })
    void uprightPhotosKeepTheirSize(String name, int width, int height) throws IOException {
        UprightImage photo = photo(name);

        assertThat(photo.turned()).isFalse();
        assertThat(photo.pixels().width()).isEqualTo(width);
        assertThat(photo.pixels().height()).isEqualTo(height);
    }

    /** The same landscape, upside down in one file and on its side in the other. Both are lossy and bear their numbers: 3.1. */
    @Test
    void turnedPhotosShowTheSameLandscape() throws IOException {
        UprightImage upsideDown = photo("odd/exif_landscape_3.jpg");
        UprightImage onItsSide = photo("odd/exif_landscape_6.jpg");

        assertThat(upsideDown.turned()).isTrue();
        assertThat(onItsSide.turned()).isTrue();
        assertThat(onItsSide.pixels().width()).isEqualTo(1800);
        assertThat(onItsSide.pixels().height()).isEqualTo(1200);
        assertThat(meanDifference(upsideDown.pixels(), onItsSide.pixels())).isLessThan(5);
        for (int wrong = 2; wrong <= 4; wrong++) {
            assertThat(meanDifference(upsideDown.pixels(), onItsSide.pixels().upright(wrong)))
                    .isGreaterThan(20);
        }
    }

    /** Black letters on white paper; without the inversion it would be black. */
    @Test
    void cmykIsNotInverted() throws IOException {
        for (double mean : means(photo("odd/cmyk-sample-no-icc.jpg").pixels())) {
            assertThat(mean).isGreaterThan(150);
        }
    }

    @ParameterizedTest
    @CsvSource({"camera.png", "odd/gray-sample.jpg"})
    void grayPhotosHaveThreeEqualChannels(String name) throws IOException {
        byte[] rgb = photo(name).pixels().rgb();

        for (int i = 0; i < rgb.length; i += 3) {
            assertThat(rgb[i] == rgb[i + 1] && rgb[i] == rgb[i + 2])
                    .as("pixel %d", i / 3)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"astronaut.png", "chelsea.png", "rocket.jpg", "odd/1.webp"})
    void reducingKeepsTheColours(String name) throws IOException {
        RgbImage photo = photo(name).pixels();
        int side = Math.min(photo.width(), photo.height());
        RgbImage square = photo.resizeAndCentreCrop(side, side);

        double[] reduced = means(square.resizeAndCentreCrop(64, 64));
        double[] full = means(square);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(Math.abs(reduced[channel] - full[channel])).isLessThan(0.5);
        }
    }
}
