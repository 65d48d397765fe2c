package io.github.sdfinetune.lora;

import static io.github.sdfinetune.lora.TestFile.QUERY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.core.layer.AdapterProvider;
import io.github.sdfinetune.core.layer.AdapterScale;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoraBindingTest {
    private static final String PROJECTION = "unet.mid_block.attentions.0.proj_in";
    private static final String SHORTCUT = "unet.up_blocks.0.resnets.0.conv_shortcut";
    private static final Layers LAYERS = TinyModel.layers();

    @TempDir
    Path folder;

    @Test
    void theProviderIsFoundAndBinds() {
        AdapterProvider provider =
                ServiceLoader.load(AdapterProvider.class).findFirst().orElseThrow();
        Path file = new TestFile().withModule(QUERY, 16, 2, 16).write(folder.resolve("mug.safetensors"));
        long before = Tensor.open();
        try (Scope request = Scope.open()) {
            provider.bind(provider.load(file), AdapterScale.of(0.5), LAYERS, Numerics.float32());
            assertThat(Tensor.open()).as("the two factors").isEqualTo(before + 2);
        }
        assertThat(Tensor.open()).isEqualTo(before);
    }

    @Test
    void foreignAdaptersAreRefused() {
        Adapter foreign = new Adapter() {
            @Override
            public String name() {
                return "foreign";
            }

            @Override
            public String hash() {
                return "";
            }

            @Override
            public Map<String, String> metadata() {
                return Map.of();
            }

            @Override
            public void save(Path file, AdapterFormat format) {}
        };
        assertThatThrownBy(
                        () -> new LoraAdapterProvider().bind(foreign, AdapterScale.of(1), LAYERS, Numerics.float32()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the adapter foreign is a ");
    }

    @Test
    void kohyaNamesMatchLayers() {
        LoraAdapter adapter = read(new TestFile()
                .with("lora_unet_mid_block_attentions_0_proj_in.lora_down.weight", 2, 16, 1, 1)
                .with("lora_unet_mid_block_attentions_0_proj_in.lora_up.weight", 16, 2, 1, 1));
        assertThat(LoraBinding.match(adapter, LAYERS)).containsOnlyKeys(PROJECTION);
    }

    @Test
    void keysWithoutALayerAreListed() {
        assertRefused(
                new TestFile().withModule(QUERY, 16, 2, 16).withModule("unet.nowhere", 8, 2, 6),
                "2 of 4 keys match no layer of this model; the first: unet.nowhere.lora_A.weight,"
                        + " unet.nowhere.lora_B.weight");
    }

    @Test
    void deepTransformersLookLikeSdxl() {
        assertRefused(
                new TestFile()
                        .with("lora_unet_input_blocks_7_1_transformer_blocks_9_attn1_to_q.lora_down.weight", 2, 8)
                        .with("lora_unet_input_blocks_7_1_transformer_blocks_9_attn1_to_q.lora_up.weight", 8, 2),
                "2 of 2 keys match no layer of this model",
                "(looks like SDXL)");
    }

    @Test
    void otherShapesAreListed() {
        assertRefused(
                new TestFile().withModule(QUERY, 4, 2, 6),
                "1 of 2 keys have other shapes than the layers of this model; the first: " + QUERY
                        + ".lora_A.weight (4 to 6 features, expected 16 to 16)");
    }

    @Test
    void convolutionsThatAreNoLinearLayersAreListed() {
        assertRefused(
                new TestFile()
                        .with(SHORTCUT + ".lora_A.weight", 2, 32, 1, 1)
                        .with(SHORTCUT + ".lora_B.weight", 16, 2, 1, 1)
                        .withModule("unet.mid_block.resnets.0.conv1", 16, 2, 16)
                        .withModule(QUERY, 16, 2, 16),
                "convolution layers are not supported yet, but 4 of 6 keys belong to some; the first: ",
                "unet.mid_block.resnets.0.conv1.lora_A.weight, unet.mid_block.resnets.0.conv1.lora_B.weight, "
                        + SHORTCUT + ".lora_A.weight, " + SHORTCUT + ".lora_B.weight");
    }

    @Test
    void aLayerHasOneModule() {
        assertRefused(
                new TestFile()
                        .withModule(QUERY, 16, 2, 16)
                        .withModule("unet.mid_block.attentions.0.transformer_blocks.0.attn1_to_q", 16, 2, 16),
                "2 of 4 keys belong to layers that other keys belong to as well");
    }

    private LoraAdapter read(TestFile file) {
        return AdapterFile.read(file.write(folder.resolve("mug.safetensors")));
    }

    private void assertRefused(TestFile file, String... problems) {
        LoraAdapter adapter = read(file);
        assertThatThrownBy(() -> LoraBinding.match(adapter, LAYERS))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(adapter.file() + ": ")
                .hasMessageContainingAll(problems);
    }
}
