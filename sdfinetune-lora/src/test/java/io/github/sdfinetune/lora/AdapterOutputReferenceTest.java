package io.github.sdfinetune.lora;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.layer.AdaptedModel;
import io.github.sdfinetune.core.layer.AdapterScale;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.Network;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.unet.Conditioning;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** What text encoder and UNet compute with an adapter, against diffusers and peft. */
@Tag("reference")
final class AdapterOutputReferenceTest {

    @TestFactory
    Stream<DynamicTest> networksWithAdapters() {
        return ReferenceCases.in("adapters", "lora_formats").tests(testCase -> {
            LoraAdapter adapter = LoraReferenceTest.read(testCase);
            Set<String> compared = new TreeSet<>();
            for (String label : testCase.json().strings("scales")) {
                compared.addAll(compare(testCase, adapter, label));
            }
            assertThat(compared).isEqualTo(outputs(testCase));
        });
    }

    /** What the file of expected tensors holds beside merged weights, which {@link LoraReferenceTest} compares. */
    private static Set<String> outputs(ReferenceCase testCase) {
        Set<String> outputs =
                new TreeSet<>(SafetensorsFile.open(testCase.file("expected")).names());
        outputs.removeIf(name -> name.endsWith(".weight"));
        return outputs;
    }

    /** Returns the names of what was compared. */
    private static Set<String> compare(ReferenceCase testCase, LoraAdapter adapter, String label) {
        Path model = ReferenceFolder.get().path("training/model");
        SafetensorsFile inputs = SafetensorsFile.open(ReferenceFolder.get().path("adapters/inputs.safetensors"));
        try (Arena arena = new Arena();
                Scope scope = Scope.open()) {
            Network<UNet> unet = Network.unet(
                    Component.inFolder(model.resolve("unet"), Optional.empty()), Numerics.float32(), arena);
            Network<ClipTextModel> textEncoder = Network.textEncoder(
                    Component.inFolder(model.resolve("text_encoder"), Optional.empty()),
                    "text_encoder",
                    Numerics.float32(),
                    arena);
            Patches patches = new LoraAdapterProvider()
                    .bind(
                            adapter,
                            AdapterScale.of(scale(label)),
                            new AdaptedModel("Stable Diffusion 1.x", layers(unet, textEncoder), Numerics.float32()));
            Tensor text = textEncoder.network().encode(inputs.entry("input_ids").toTensor(), 0, patches);
            String states = label + "/encoder_hidden_states";
            assertClose(testCase, states, text);
            Tensor timesteps = inputs.entry("timesteps").toTensor().as(ScalarType.FLOAT32);
            Tensor sample = inputs.entry("sample").toTensor();
            String output = label + "/unet_output";
            assertClose(testCase, output, unet.network().forward(sample, timesteps, Conditioning.text(text), patches));
            return Set.of(states, output);
        }
    }

    private static Layers layers(Network<?> unet, Network<?> textEncoder) {
        TreeMap<String, Layers.LayerShape> all = new TreeMap<>(unet.layers().byName());
        all.putAll(textEncoder.layers().byName());
        return new Layers(all);
    }

    private static double scale(String label) {
        return Double.parseDouble(label.substring("scale_".length()));
    }

    private static void assertClose(ReferenceCase testCase, String name, Tensor actual) {
        JsonFile tolerance = JsonFile.read(ReferenceFolder.get().path("adapters/cases.json"))
                .object("lora_formats")
                .object("tolerance");
        SafetensorsFile expected = SafetensorsFile.open(testCase.file("expected"));
        FloatAssert.assertClose(
                name,
                actual.toFloats(),
                expected.floats(name),
                tolerance.number("output_atol"),
                tolerance.number("output_rtol"));
    }
}
