package io.github.sdfinetune.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KernelArchiveTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theMatrixProductOfEveryProcessorIsRight(boolean x86) throws IOException {
        Torch.start();
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
                InputStream archive = KernelArchive.open(x86);
                Scope scope = Scope.open()) {
            PtSymbolBlock kernels = JniUtils.loadModule((PtNDManager) manager, archive, false, false);
            Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3);
            Tensor weight = Tensor.of(new float[] {1, 0, -1, 2, 1, 0}, 2, 3);
            Tensor bias = Tensor.of(new float[] {0.5f, -0.5f}, 2);

            assertThat(run(kernels, "linear", x, weight)).containsExactly(-2, 4, -2, 13);
            assertThat(run(kernels, "linear_bias", x, weight, bias)).containsExactly(-1.5f, 3.5f, -1.5f, 12.5f);
        }
    }

    private static float[] run(PtSymbolBlock kernels, String method, Tensor... arguments) {
        Torch.prepareThread();
        long[] values = Arrays.stream(arguments)
                .mapToLong(tensor -> TorchLibrary.valueOfTensor(tensor.handle()))
                .toArray();
        long result = TorchLibrary.runMethod(kernels.getHandle(), method, values);
        long product = TorchLibrary.tensorOf(result);
        try {
            float[] numbers = new float[4];
            TorchLibrary.memory(product)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(numbers);
            return numbers;
        } finally {
            TorchLibrary.deleteTensor(product);
            TorchLibrary.deleteValue(result);
            Arrays.stream(values).forEach(TorchLibrary::deleteValue);
        }
    }
}
