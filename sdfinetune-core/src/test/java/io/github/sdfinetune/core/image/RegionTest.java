package io.github.sdfinetune.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sdfinetune.Mask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegionTest {

    private static Mask mask(int width, int height, Region white) {
        byte[] gray = new byte[width * height];
        for (int y = white.y(); y < white.y() + white.height(); y++) {
            for (int x = white.x(); x < white.x() + white.width(); x++) {
                gray[y * width + x] = (byte) 255;
            }
        }
        return Mask.of(width, height, gray);
    }

    @Test
    void allThatIsNotBlackIsInside() {
        byte[] gray = new byte[40];
        gray[1 * 8 + 3] = 1;
        gray[4 * 8 + 6] = (byte) 200;

        assertThat(Region.around(Mask.of(8, 5, gray))).isEqualTo(new Region(3, 1, 4, 4));
        assertThat(Region.around(mask(8, 5, new Region(0, 0, 8, 5)))).isEqualTo(new Region(0, 0, 8, 5));
    }

    @Test
    void ofABlackMaskNothingCanBeRepainted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Region.toRepaint(Mask.of(4, 3, new byte[12]), 0, 8, 8))
                .withMessage("the mask of 4x3 is black all over, so nothing is to be repainted; white is what will be");
    }

    /**
     * In a picture of 512x384, worked out by hand. The first is the example of the web interface: 128x32 becomes 128x128. Then: an odd
     * growth goes to the end; at a border the region moves inwards; where the picture ends on both sides it is cut; a narrow
     * region grows sideways; padding is cut at the border first.
     */
    @ParameterizedTest
    @CsvSource({
        "100, 100, 128,  32,   0, 512, 512,  100,  52, 128, 128",
        "100, 100,  11,   4,   0, 512, 512,  100,  97,  11,  11",
        "100,   5, 128,  32,   0, 512, 512,  100,   0, 128, 128",
        "100, 350, 128,  32,   0, 512, 512,  100, 256, 128, 128",
        "  0, 100, 512,  10,   0, 512, 512,    0,   0, 512, 384",
        " 40, 100,  10, 100,   0, 768, 512,    0, 100, 150, 100",
        "300, 100,  10, 100,   0, 768, 512,  230, 100, 150, 100",
        "500, 100,  10, 100,   0, 768, 512,  362, 100, 150, 100",
        "100, 100,  20,  20,  32, 512, 512,   68,  68,  84,  84",
        "  4,   4,  20,  20,  32, 512, 512,    0,   0,  56,  56",
        "  4, 100,  20,  20,  32, 512, 512,    0,  68,  84,  84",
    })
    void theRegionIsPaddedThenGrownToTheAspectRatio(
            int x, int y, int width, int height, int padding, int wide, int tall, int x1, int y1, int w1, int h1) {
        Mask mask = mask(512, 384, new Region(x, y, width, height));

        assertThat(Region.toRepaint(mask, padding, wide, tall)).isEqualTo(new Region(x1, y1, w1, h1));
    }

    @Test
    void sidesAndPaddingMustMakeSense() {
        Mask mask = mask(8, 8, new Region(2, 2, 2, 2));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Region(0, -1, 1, 1))
                .withMessage("a region starts at 0, 0 or further and has sides of at least 1, was 1x1 at 0, -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Region.toRepaint(mask, -1, 8, 8))
                .withMessage("the padding of a region must be at least 0, was -1");
        assertThatIllegalArgumentException().isThrownBy(() -> Region.toRepaint(mask, 0, 8, 0));
    }
}
