package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TensorSourceTest {
    @Test
    void everyHalfSurvivesTheWayToFloatAndBack() {
        ByteBuffer halves = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits = 0; bits < 1 << 16; bits++) {
            boolean isNan = (bits & 0x7c00) == 0x7c00 && (bits & 0x3ff) != 0;
            halves.putShort((short) (isNan ? 0x7e00 : bits));
        }
        halves.flip();
        TensorSource source = new TensorSource(DType.F16, List.of(1L << 16), halves::duplicate);
        assertThat(source.as(DType.F32).as(DType.F16).data().get()).isEqualTo(halves);
    }

    @Test
    void halvesAreRoundedToTheNearestAndTiesToEven() {
        assertThat(rounded(DType.F16, 1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 1 + 0x1.8p-11f, -1 - 0x1p-11f))
                .containsExactly(1, 1 + 0x1p-9f, 1 + 0x1p-10f, -1);
        assertThat(rounded(DType.F16, 0x1p-25f, 0x1.8p-25f, 3 * 0x1p-25f, 0x1.ffep-15f, 0x1.fffp-15f))
                .containsExactly(0, 0x1p-24f, 0x1p-23f, 0x1.ff8p-15f + 0x0.008p-15f, 0x1p-14f);
        assertThat(rounded(DType.F16, 65519, 65520, -1e9f))
                .containsExactly(65504, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
        assertThat(rounded(DType.F16, Float.NaN)[0]).isNaN();
    }

    @Test
    void bfloatsAreRoundedToTheNearestAndTiesToEven() {
        assertThat(rounded(DType.BF16, 1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 1 + 0x1.01p-8f, -1 - 0x1p-8f))
                .containsExactly(1, 1 + 0x1p-6f, 1 + 0x1p-7f, -1);
        assertThat(rounded(DType.BF16, Float.MAX_VALUE, Float.MIN_VALUE, -0f))
                .containsExactly(Float.POSITIVE_INFINITY, 0, -0f);
        assertThat(rounded(DType.BF16, Float.NaN)[0]).isNaN();
    }

    @Test
    void wholeNumbersStay() {
        TensorSource indices = new TensorSource(DType.I64, List.of(1L), () -> ByteBuffer.allocate(8));
        assertThat(indices.as(DType.F16)).isSameAs(indices);
    }

    private static float[] rounded(DType dtype, float... values) {
        List<Long> shape = List.of((long) values.length);
        ByteBuffer data = TensorSource.of(shape, values).as(dtype).data().get();
        return new WeightEntry(Path.of("x"), "x", dtype, shape, data).floats();
    }
}
