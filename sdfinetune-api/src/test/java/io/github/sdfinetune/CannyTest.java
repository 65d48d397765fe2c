package io.github.sdfinetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;

class CannyTest {

    private static Picture gray(int width, int height, IntBinaryOperator value) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) value.applyAsInt(i / 3 % width, i / 3 / width);
        }
        return Picture.of(width, height, rgb);
    }

    private static boolean[][] lines(Picture edges) {
        byte[] rgb = edges.rgb();
        boolean[][] white = new boolean[edges.height()][edges.width()];
        for (int i = 0; i < rgb.length; i++) {
            assertThat(rgb[i]).isEqualTo(rgb[i / 3 * 3]).isIn((byte) 0, (byte) 255);
            white[i / 3 / edges.width()][i / 3 % edges.width()] = rgb[i] != 0;
        }
        return white;
    }

    private static int count(boolean[][] lines) {
        int count = 0;
        for (boolean[] row : lines) {
            for (boolean white : row) {
                count += white ? 1 : 0;
            }
        }
        return count;
    }

    /** Of the two columns beside the step, which are equally strong, the first one is the line. */
    @Test
    void aStepIsALineOfOnePixel() {
        boolean[][] lines = lines(Canny.edges(gray(10, 6, (x, y) -> x < 5 ? 20 : 220)));

        for (boolean[] row : lines) {
            assertThat(row).containsExactly(false, false, false, false, true, false, false, false, false, false);
        }
    }

    @Test
    void aStepDownIsALineOfOnePixel() {
        boolean[][] lines = lines(Canny.edges(gray(4, 8, (x, y) -> y < 3 ? 200 : 0)));

        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 4; x++) {
                assertThat(lines[y][x]).as("%d, %d", x, y).isEqualTo(y == 2);
            }
        }
    }

    /** A step of s has the strength 4 s: 4 · 25 is not above 100, 4 · 26 is. */
    @Test
    void theThresholdsMustBeExceeded() {
        Picture below = gray(10, 6, (x, y) -> x < 5 ? 0 : 25);
        Picture above = gray(10, 6, (x, y) -> x < 5 ? 0 : 26);

        assertThat(count(lines(Canny.edges(below, 50, 100)))).isZero();
        assertThat(count(lines(Canny.edges(above, 50, 100)))).isEqualTo(6);
        assertThat(count(lines(Canny.edges(below, 99, 99)))).isEqualTo(6);
    }

    /** A step of 60 above a step of 40: only the upper half is strong enough by itself. */
    @Test
    void weakEdgesAreKeptWhereTheyJoinStrongOnes() {
        Picture halves = gray(20, 20, (x, y) -> x < 10 ? 0 : y < 10 ? 60 : 40);
        Picture lowerHalf = gray(20, 20, (x, y) -> x < 10 ? 0 : 40);
        boolean[][] joined = lines(Canny.edges(halves, 100, 200));
        boolean[][] strong = lines(Canny.edges(halves, 200, 200));

        assertThat(joined[2][9] && joined[17][9] && joined[19][9]).isTrue();
        assertThat(strong[2][9]).isTrue();
        assertThat(strong[17][9] || strong[19][9]).isFalse();
        assertThat(count(lines(Canny.edges(lowerHalf, 100, 200)))).isZero();
    }

    @Test
    void aSlopeHasNoEdges() {
        assertThat(count(lines(Canny.edges(gray(64, 64, (x, y) -> 2 * x + y))))).isZero();
    }

    /** The line runs around the square, on its first pixels at the right and bottom and just before it at the left and top. */
    @Test
    void aSquareIsOutlined() {
        boolean[][] lines =
                lines(Canny.edges(gray(40, 40, (x, y) -> x >= 10 && x < 30 && y >= 10 && y < 30 ? 255 : 0)));

        for (int i = 12; i < 28; i++) {
            assertThat(lines[i][9] && lines[i][29] && lines[9][i] && lines[29][i])
                    .as("at %d", i)
                    .isTrue();
        }
        assertThat(count(lines)).isBetween(4 * 18, 4 * 21);
    }

    /** All pixels of the line are near the circle, and every direction from its centre meets the line. */
    @Test
    void aCircleIsAClosedThinLine() {
        boolean[][] lines =
                lines(Canny.edges(gray(101, 101, (x, y) -> Math.hypot(x - 50.0, y - 50.0) < 30 ? 30 : 230)));
        boolean[] met = new boolean[60];
        for (int y = 0; y < 101; y++) {
            for (int x = 0; x < 101; x++) {
                if (lines[y][x]) {
                    assertThat(Math.hypot(x - 50.0, y - 50.0)).isBetween(28.5, 31.5);
                    met[(int) (30 * (1 + Math.atan2(y - 50.0, x - 50.0) / Math.PI)) % 60] = true;
                }
            }
        }
        assertThat(met).doesNotContain(false);
        assertThat(count(lines)).isBetween((int) (4 * Math.sqrt(2) * 30), 8 * 30);
    }

    /** No edge is two pixels thick across its gradient: in noise no block of 3 x 3 pixels is white. */
    @Test
    void noiseGivesThinLines() {
        Random random = new Random(7);
        boolean[][] lines = lines(Canny.edges(gray(64, 64, (x, y) -> random.nextInt(256))));

        assertThat(count(lines)).isPositive();
        for (int y = 1; y < 63; y++) {
            for (int x = 1; x < 63; x++) {
                int white = 0;
                for (int i = 0; i < 9; i++) {
                    white += lines[y - 1 + i / 3][x - 1 + i % 3] ? 1 : 0;
                }
                assertThat(white).isLessThan(9);
            }
        }
    }

    @Test
    void aPictureOfOnePixelHasNoEdges() {
        assertThat(count(lines(Canny.edges(gray(1, 1, (x, y) -> 255))))).isZero();
    }

    @Test
    void theThresholdsMustBeInOrder() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Canny.edges(gray(1, 1, (x, y) -> 0), 200, 100))
                .withMessage("the thresholds of edges must be 0 <= low <= high, were low 200 and high 100");
        assertThatIllegalArgumentException().isThrownBy(() -> Canny.edges(gray(1, 1, (x, y) -> 0), -1, 100));
    }
}
