package io.github.sdfinetune.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sdfinetune.Mask;
import org.junit.jupiter.api.Test;

class MaskReductionTest {

    /** Of each 2x2 square the pixel at the top left counts, 128 of 255 is enough. */
    @Test
    void hardMasksTakeTheFirstPixelOfASquare() {
        Mask mask = Mask.of(
                4,
                4,
                PictureBytes.bytes(
                        127, 255, 128, 0, //
                        255, 255, 0, 0, //
                        0, 255, 255, 0, //
                        255, 255, 0, 0));

        assertThat(MaskReduction.hard(mask, 2, 2)).containsExactly(0, 1, 0, 1);
    }

    @Test
    void softMasksTakeTheMeanOfASquare() {
        Mask mask = Mask.of(4, 2, PictureBytes.bytes(0, 255, 51, 51, 255, 0, 51, 51));

        assertThat(MaskReduction.soft(mask, 2, 1)).containsExactly(0.5f, 0.2f);
    }

    /** 5 pixels to 2: floor(2.5) = 2 is the first of the second; the windows of the means are 0 to 2 and 2 to 4. */
    @Test
    void sizesThatAreNoMultiples() {
        Mask mask = Mask.of(5, 1, PictureBytes.bytes(255, 0, 255, 0, 0));

        assertThat(MaskReduction.hard(mask, 2, 1)).containsExactly(1, 1);
        assertThat(MaskReduction.soft(mask, 2, 1)).containsExactly(2 / 3f, 1 / 3f);
    }

    @Test
    void latentsAreNotLargerThanTheMask() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MaskReduction.hard(Mask.of(4, 2, new byte[8]), 5, 1))
                .withMessage("latents of 5x1 are no reduction of a mask of 4x2");
        assertThatIllegalArgumentException().isThrownBy(() -> MaskReduction.soft(Mask.of(4, 2, new byte[8]), 1, 0));
    }
}
