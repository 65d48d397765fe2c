package io.github.sdfinetune.lora;

import static io.github.sdfinetune.core.testing.FloatAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The files of other programs. */
@Tag("reference")
final class LoraReferenceTest {

    @TestFactory
    Stream<DynamicTest> everySpellingGivesTheMergedWeights() {
        return ReferenceCases.in("adapters", "lora_formats").tests("merged weights", testCase -> {
            LoraAdapter adapter = read(testCase);
            for (String label : testCase.json().strings("scales")) {
                checkWeights(testCase, label, adapter);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> relativesOfLoraAreRefusedByName() {
        return ReferenceCases.in("adapters", "lycoris")
                .tests(testCase -> assertThatThrownBy(() -> AdapterFile.read(testCase.file("file")))
                        .isInstanceOf(ModelFormatException.class)
                        .hasMessageContaining("not supported yet"));
    }

    @TestFactory
    Stream<DynamicTest> convolutionsAreRefusedWithTheirKeys() {
        return ReferenceCases.in("training")
                .matching(testCase -> testCase.name().equals("lora_r8_wide"))
                .tests("file refused", testCase -> {
                    Path file = ReferenceFolder.get().path("training/lora_r8_wide_pytorch_lora_weights.safetensors");
                    assertThatThrownBy(() -> AdapterFile.read(file))
                            .isInstanceOf(ModelFormatException.class)
                            .hasMessageContaining("convolution layers are not supported yet")
                            .hasMessageContaining(".conv1.lora_A.weight");
                });
    }

    static LoraAdapter read(ReferenceCase testCase) {
        return AdapterFile.read(testCase.file("file"));
    }

    private static void checkWeights(ReferenceCase testCase, String label, LoraAdapter adapter) {
        SafetensorsFile expected = SafetensorsFile.open(testCase.file("expected"));
        double scale = Double.parseDouble(label.substring("scale_".length()));
        Map<String, LoraModule> modules = LoraBinding.match(adapter, "Stable Diffusion 1.x", TinyModel.layers());

        assertThat(modules.keySet().stream().map(layer -> label + "/" + layer + ".weight"))
                .containsExactlyInAnyOrderElementsOf(expected.names().stream()
                        .filter(name -> name.startsWith(label) && name.endsWith(".weight"))
                        .toList());
        modules.forEach((layer, module) -> assertClose(
                label + "/" + layer,
                merged(TinyModel.weight(layer), module, scale),
                expected.floats(label + "/" + layer + ".weight"),
                tolerance(),
                0));
    }

    private static double tolerance() {
        return JsonFile.read(ReferenceFolder.get().path("adapters/cases.json"))
                .object("lora_formats")
                .object("tolerance")
                .number("merged_atol");
    }

    /** The weight of a layer is what it makes of the identity, transposed. */
    private static float[] merged(WeightEntry weight, LoraModule module, double scale) {
        long out = weight.shape().get(0);
        long in = weight.shape().get(1);
        try (Scope scope = Scope.open()) {
            Tensor output = Tensor.of(weight.floats(), out, in).permute(1, 0);
            LoraPatch patch = LoraPatch.of(module, scale, Numerics.float32());
            return patch.apply(identity((int) in), output).permute(1, 0).toFloats();
        }
    }

    private static Tensor identity(int size) {
        float[] values = new float[size * size];
        for (int i = 0; i < size; i++) {
            values[i * size + i] = 1;
        }
        return Tensor.of(values, size, size);
    }
}
