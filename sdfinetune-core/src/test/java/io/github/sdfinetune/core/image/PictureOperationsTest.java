package io.github.sdfinetune.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.sdfinetune.Canny;
import io.github.sdfinetune.Mask;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenCV, Pillow, torch and diffusers make of a drawing; {@code pictures/make.py} drew it and ran them, and says their versions. */
class PictureOperationsTest {
    private static final RgbImage DRAWING = picture("drawing");
    private static final Mask GRAY = mask("gray");

    private static InputStream open(String name) {
        return PictureOperationsTest.class.getResourceAsStream("/pictures/" + name);
    }

    private static RgbImage picture(String name) {
        try (InputStream file = open(name + ".png")) {
            return RgbImage.of(ImageIO.read(file));
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private static Mask mask(String name) {
        return Mask.of(picture(name).toPicture());
    }

    private static List<String> lines(String name) {
        try (InputStream file = open(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    @ParameterizedTest
    @CsvSource({"100, 200", "400, 1200"})
    void edgesAreThoseOfOpenCv(int low, int high) {
        assertThat(Canny.edges(DRAWING.toPicture(), low, high).rgb())
                .isEqualTo(picture("canny-" + low + "-" + high).rgb());
    }

    @Test
    void brightnessIsThatOfPillow() {
        assertThat(Mask.of(DRAWING.toPicture())).isEqualTo(GRAY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.5", "4", "10"})
    void aBlurIsThatOfPillow(String radius) {
        assertThat(GRAY.blurred(Double.parseDouble(radius))).isEqualTo(mask("blur-" + radius));
    }

    @ParameterizedTest
    @CsvSource({"56, 40", "45, 12", "16, 24"})
    void resizingByLanczosIsThatOfPillow(int width, int height) {
        assertThat(DRAWING.resized(width, height).rgb())
                .isEqualTo(picture("lanczos-" + width + "x" + height).rgb());
        assertThat(MaskParts.resized(GRAY, width, height)).isEqualTo(mask("gray-lanczos-" + width + "x" + height));
    }

    @ParameterizedTest
    @CsvSource({"56, 40", "16, 24"})
    void bilinearResizingIsThatOfPillow(int width, int height) {
        Samples samples = new Samples(DRAWING.rgb(), DRAWING.width(), DRAWING.height(), 3);

        assertThat(Resampling.of(samples, Resampling.Filter.BILINEAR, width, height))
                .isEqualTo(picture("bilinear-" + width + "x" + height).rgb());
    }

    @ParameterizedTest
    @CsvSource({"40, 40", "72, 24", "56, 40", "24, 64"})
    void fillingASizeIsThatOfDiffusers(int width, int height) {
        assertThat(DRAWING.filled(width, height).rgb())
                .isEqualTo(picture("fill-" + width + "x" + height).rgb());
    }

    @Test
    void fillingASizeWithAMaskIsThatOfDiffusers() {
        assertThat(MaskParts.filled(GRAY, 40, 40)).isEqualTo(mask("gray-fill-40x40"));
    }

    @ParameterizedTest
    @CsvSource({"35, 35", "17, 40", "41, 20"})
    void croppingToASizeIsThatOfDiffusers(int width, int height) {
        assertThat(DRAWING.cropped(width, height).rgb())
                .isEqualTo(picture("crop-" + width + "x" + height).rgb());
    }

    /** A line of one pixel has none before it; a picture that would be thinner than a pixel is not. */
    @Test
    void aLineGoesOnAsItIs() {
        RgbImage line = new RgbImage(3, 1, PictureBytes.bytes(1, 2, 3, 4, 5, 6, 7, 8, 9));
        RgbImage longLine = new RgbImage(1000, 1, new byte[3000]);

        assertThat(line.filled(3, 3).rgb())
                .isEqualTo(PictureBytes.bytes(
                        1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        assertThat(longLine.filled(8, 8).rgb()).hasSize(192).containsOnly(0);
    }

    @Test
    void sizesStartAt1() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DRAWING.filled(0, 8))
                .withMessage("a picture has sides of at least 1, wanted 0x8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DRAWING.cropped(8, 0))
                .withMessage("a picture has sides of at least 1, wanted 8x0");
    }

    @Test
    void reducedMasksAreThoseOfTorch() {
        for (String line : lines("masks.txt")) {
            String[] words = line.split(" ", -1);
            float[] reduced = words[0].equals("hard") ? MaskReduction.hard(GRAY, 6, 5) : MaskReduction.soft(GRAY, 6, 5);

            assertThat(reduced).hasSize(words.length - 1);
            for (int i = 0; i < reduced.length; i++) {
                assertThat(reduced[i])
                        .as("%s, %d", words[0], i)
                        .isCloseTo(Float.parseFloat(words[i + 1]), within(1e-6f));
            }
        }
    }

    static List<String> regions() {
        return lines("regions.csv");
    }

    @ParameterizedTest
    @MethodSource("regions")
    void aRegionIsThatOfDiffusers(String line) {
        String[] parts = line.split(",", -1);
        int[] given = numbers(parts, 0, 5);
        int[] corners = numbers(parts, 6, 10);
        byte[] gray = new byte[given[0] * given[1]];
        for (String point : parts[5].split(" ", -1)) {
            int dot = point.indexOf('.');
            gray[Integer.parseInt(point.substring(dot + 1)) * given[0] + Integer.parseInt(point.substring(0, dot))] = 1;
        }

        assertThat(Region.toRepaint(Mask.of(given[0], given[1], gray), given[2], given[3], given[4]))
                .isEqualTo(new Region(corners[0], corners[1], corners[2] - corners[0], corners[3] - corners[1]));
    }

    private static int[] numbers(String[] parts, int from, int to) {
        return Arrays.stream(parts, from, to).mapToInt(Integer::parseInt).toArray();
    }
}
