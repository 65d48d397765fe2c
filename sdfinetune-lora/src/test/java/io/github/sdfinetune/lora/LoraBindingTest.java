package io.github.sdfinetune.lora;

import static io.github.sdfinetune.lora.TestFile.QUERY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.core.layer.AdaptedModel;
import io.github.sdfinetune.core.layer.AdapterProvider;
import io.github.sdfinetune.core.layer.AdapterScale;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Layers.Kind;
import io.github.sdfinetune.core.layer.Layers.LayerShape;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LoraBindingTest {
    private static final String PROJECTION = "unet.mid_block.attentions.0.proj_in";
    private static final String SHORTCUT = "unet.up_blocks.0.resnets.0.conv_shortcut";
    private static final Layers LAYERS = TinyModel.layers();
    private static final AdaptedModel MODEL = new AdaptedModel("Stable Diffusion 1.x", LAYERS, Numerics.float32());

    @TempDir
    Path folder;

    @Test
    void theProviderIsFoundAndBinds() {
        AdapterProvider provider =
                ServiceLoader.load(AdapterProvider.class).findFirst().orElseThrow();
        Path file = new TestFile().withModule(QUERY, 16, 2, 16).write(folder.resolve("mug.safetensors"));
        long before = Tensor.open();
        try (Scope request = Scope.open()) {
            provider.bind(provider.load(file), AdapterScale.of(0.5), MODEL);
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
        assertThatThrownBy(() -> new LoraAdapterProvider().bind(foreign, AdapterScale.of(1), MODEL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the adapter foreign is a ");
    }

    @Test
    void kohyaNamesMatchLayers() {
        LoraAdapter adapter = read(new TestFile()
                .with("lora_unet_mid_block_attentions_0_proj_in.lora_down.weight", 2, 16, 1, 1)
                .with("lora_unet_mid_block_attentions_0_proj_in.lora_up.weight", 16, 2, 1, 1));
        assertThat(LoraBinding.match(adapter, MODEL.family(), LAYERS)).containsOnlyKeys(PROJECTION);
    }

    @Test
    void keysWithoutALayerAreListed() {
        assertRefused(
                new TestFile().withModule(QUERY, 16, 2, 16).withModule("unet.nowhere", 8, 2, 6),
                "2 of 4 keys match no layer of this model (Stable Diffusion 1.x); the first: unet.nowhere.lora_A.weight,"
                        + " unet.nowhere.lora_B.weight");
    }

    @ParameterizedTest
    @CsvSource({
        "lora_unet_input_blocks_7_1_transformer_blocks_9_attn1_to_q, 8, Stable Diffusion XL",
        "lora_te2_text_model_encoder_layers_0_mlp_fc1, 8, Stable Diffusion XL",
        "lora_unet_label_emb_0_0, 8, Stable Diffusion XL",
        "lora_unet_down_blocks_9_attentions_0_transformer_blocks_0_attn2_to_v, 768, Stable Diffusion 1.x",
        "lora_unet_down_blocks_9_attentions_0_transformer_blocks_0_attn2_to_k, 1024, Stable Diffusion 2.x",
        "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k, 2048, Stable Diffusion XL",
        "lora_unet_input_blocks_4_1_transformer_blocks_1_attn2_to_k, 1280, the refiner of Stable Diffusion XL"
    })
    void whatDoesNotFitSaysWhatItIsFor(String module, int in, String family) {
        assertRefused(
                new TestFile().with(module + ".lora_down.weight", 2, in).with(module + ".lora_up.weight", 8, 2),
                "2 of 2 keys match no layer of this model (Stable Diffusion 1.x); the first: " + module,
                "(looks like a LoRA for " + family + ")");
    }

    @Test
    void theBlockNumbersOfSdxlAreThoseOfItsModel() {
        // SDXL has no transformers in its first blocks on the way down, and ends its way up without.
        String first = "unet.down_blocks.1.attentions.0.transformer_blocks.1.attn1.to_q";
        String last = "unet.up_blocks.1.attentions.2.transformer_blocks.0.attn1.to_q";
        Layers layers = new Layers(Map.of(
                first,
                new LayerShape(Kind.LINEAR, 8, 8),
                "unet.down_blocks.1.attentions.1.proj_in",
                new LayerShape(Kind.LINEAR, 8, 8),
                last,
                new LayerShape(Kind.LINEAR, 8, 8)));
        LoraAdapter adapter = read(new TestFile()
                .with("lora_unet_input_blocks_4_1_transformer_blocks_1_attn1_to_q.lora_down.weight", 2, 8)
                .with("lora_unet_input_blocks_4_1_transformer_blocks_1_attn1_to_q.lora_up.weight", 8, 2)
                .with("lora_unet_output_blocks_5_1_transformer_blocks_0_attn1_to_q.lora_down.weight", 2, 8)
                .with("lora_unet_output_blocks_5_1_transformer_blocks_0_attn1_to_q.lora_up.weight", 8, 2));
        assertThat(LoraBinding.match(adapter, "Stable Diffusion XL", layers)).containsOnlyKeys(first, last);
    }

    @Test
    void convolutionsOfOriginalCheckpointsAreCalledSo() {
        assertRefused(
                new TestFile()
                        .with("lora_unet_output_blocks_0_0_skip_connection.lora_down.weight", 2, 32, 1, 1)
                        .with("lora_unet_output_blocks_0_0_skip_connection.lora_up.weight", 16, 2, 1, 1),
                "convolution layers are not supported yet, but 2 of 2 keys belong to some");
    }

    @Test
    void otherShapesAreListed() {
        assertRefused(
                new TestFile().withModule(QUERY, 4, 2, 6),
                "1 of 2 keys have other shapes than the layers of this model (Stable Diffusion 1.x); the first: "
                        + QUERY + ".lora_A.weight (4 to 6 features, expected 16 to 16)");
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
        assertThatThrownBy(() -> LoraBinding.match(adapter, MODEL.family(), LAYERS))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(adapter.file() + ": ")
                .hasMessageContainingAll(problems);
    }
}
