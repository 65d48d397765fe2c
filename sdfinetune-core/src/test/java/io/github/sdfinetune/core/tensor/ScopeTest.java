package io.github.sdfinetune.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ScopeTest {
    @Test
    void tensorsDieWithTheirScope() {
        long before = Tensor.open();
        Tensor sum;
        try (Scope scope = Scope.open()) {
            sum = Tensor.of(new float[] {1, 2}, 2).add(Tensor.of(new float[] {3, 4}, 2));
            assertThat(sum.toFloats()).containsExactly(4, 6);
            assertThat(Tensor.open()).isEqualTo(before + 3);
        }
        assertThat(Tensor.open()).isEqualTo(before);
        assertThatThrownBy(sum::toFloats)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("owner of this tensor was closed");
    }

    @Test
    void whatIsKeptGoesToTheEnclosingScope() {
        long before = Tensor.open();
        try (Scope outer = Scope.open()) {
            Tensor kept = Scope.keeping(() -> Tensor.of(new float[] {1, 2}, 2).multiply(3));
            assertThat(Tensor.open()).isEqualTo(before + 1);
            assertThat(kept.toFloats()).containsExactly(3, 6);
        }
        assertThat(Tensor.open()).isEqualTo(before);
    }

    @Test
    void anExceptionFreesWhatWasMade() {
        long before = Tensor.open();
        try (Scope outer = Scope.open()) {
            Tensor two = Tensor.of(new float[2], 2);
            assertThatThrownBy(() -> Scope.keeping(() -> two.add(Tensor.of(new float[3], 3))))
                    .hasMessageContaining("size");
            assertThat(Tensor.open()).isEqualTo(before + 1);
        }
        assertThat(Tensor.open()).isEqualTo(before);
    }

    @Test
    void anArenaOwnsWhatItAdopted() {
        long before = Tensor.open();
        Arena arena = new Arena();
        Tensor adopted;
        try (Scope scope = Scope.open()) {
            adopted = arena.adopt(Tensor.of(new float[] {5}, 1));
        }
        try (Scope scope = Scope.open()) {
            assertThat(adopted.toDouble()).isEqualTo(5);
        }
        arena.close();
        arena.close();
        assertThat(Tensor.open()).isEqualTo(before);
    }

    @Test
    void withoutAScopeThereIsNoTensor() {
        assertThatThrownBy(() -> Tensor.of(new float[1], 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no scope is open");
    }

    @Test
    void scopesCloseTheInnermostFirst() {
        try (Scope outer = Scope.open()) {
            try (Scope inner = Scope.open()) {
                assertThatThrownBy(outer::close).hasMessageContaining("innermost first");
            }
        }
    }

    @Test
    void gradientsAreRecordedOnlyWhenAsked() {
        try (Scope scope = Scope.open()) {
            Tensor weight = Gradients.parameter(Tensor.of(new float[] {2, -1}, 1, 2));
            Tensor x = Tensor.of(new float[] {3, 4}, 1, 2);
            Tensor target = Tensor.of(new float[] {0}, 1, 1);
            Tensor loss;
            try (Gradients recording = Gradients.record()) {
                loss = Kernels.meanSquaredError(Kernels.linear(x, weight), target);
            }
            Tensor unrecorded = Kernels.meanSquaredError(Kernels.linear(x, weight), target);

            // d/dw (w · x)² = 2 (w · x) x with w · x = 2
            assertThat(Gradients.of(loss, List.of(weight)).get(0).toFloats()).containsExactly(12, 16);
            assertThatThrownBy(() -> Gradients.of(unrecorded, List.of(weight))).hasMessageContaining("grad");
        }
    }

    @Test
    void numbersOfEveryTypeComeBack() {
        try (Scope scope = Scope.open()) {
            Tensor values = Tensor.of(new float[] {1.5f, -0.25f, 1024}, 3);
            for (ScalarType type :
                    List.of(ScalarType.FLOAT64, ScalarType.FLOAT32, ScalarType.FLOAT16, ScalarType.BFLOAT16)) {
                assertThat(values.as(type).type()).isEqualTo(type);
                assertThat(values.as(type).toFloats()).containsExactly(1.5f, -0.25f, 1024);
            }
            assertThat(Tensor.of(new long[] {Long.MAX_VALUE, -1}, 2).toLongs()).containsExactly(Long.MAX_VALUE, -1);
            assertThat(values.as(ScalarType.FLOAT32)).isSameAs(values);
        }
    }

    @Test
    void aShapeMustFitTheNumbers() {
        try (Scope scope = Scope.open()) {
            assertThatThrownBy(() -> Tensor.of(new float[5], 2, 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("5 numbers do not fill the shape [2, 3] of 6");
        }
    }
}
