package io.github.sdfinetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureGridTest {

    private static Picture plain(int width, int height, int value) {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) value);
        return Picture.of(width, height, rgb);
    }

    @Test
    void picturesStandInRowsFromTheLeftAndWhatIsLackingIsBlack() {
        Picture grid = Picture.grid(List.of(plain(2, 1, 1), plain(2, 1, 2), plain(2, 1, 3)));

        assertThat(grid.width()).isEqualTo(4);
        assertThat(grid.height()).isEqualTo(2);
        assertThat(grid.rgb()).containsExactly(1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 2, 1", "3, 2, 2", "4, 2, 2", "5, 3, 2", "9, 3, 3", "10, 4, 3", "12, 4, 3"})
    void aGridIsNearlySquare(int pictures, int columns, int rows) {
        Picture grid = Picture.grid(Collections.nCopies(pictures, plain(3, 2, 7)));

        assertThat(grid.width()).isEqualTo(3 * columns);
        assertThat(grid.height()).isEqualTo(2 * rows);
    }

    @Test
    void theSizesMustBeEqual() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Picture.grid(List.of(plain(2, 1, 0), plain(1, 2, 0))))
                .withMessage("the pictures of a grid must have one size: the first has 2x1, number 2 has 1x2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Picture.grid(List.of()))
                .withMessage("a grid needs at least one picture");
    }
}
