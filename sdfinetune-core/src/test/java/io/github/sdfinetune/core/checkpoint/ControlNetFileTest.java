package io.github.sdfinetune.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.core.config.ControlNetConfig;
import io.github.sdfinetune.core.config.EncoderConfig.BlockType;
import io.github.sdfinetune.core.config.EncoderConfig.TextTime;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On files with the few tensors that recognition and configuration look at. */
final class ControlNetFileTest {
    @TempDir
    Path folder;

    private final Map<String, TensorSource> tensors = new LinkedHashMap<>();

    private void add(String name, long... shape) {
        int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        tensors.put(name, TensorSource.of(Arrays.stream(shape).boxed().toList(), new float[elements]));
    }

    private Path written() {
        Path file = folder.resolve("net.safetensors");
        SafetensorsWriter.write(file, tensors, Map.of());
        return file;
    }

    private Component opened() {
        return ControlNetFile.open(written(), LoadOptions.defaults());
    }

    /** Two blocks, the first with attention. */
    private void addOriginal(String prefix) {
        add(prefix + "input_hint_block.0.weight", 4, 3, 3, 3);
        add(prefix + "input_hint_block.2.weight", 4, 4, 3, 3);
        add(prefix + "input_hint_block.4.weight", 8, 4, 3, 3);
        add(prefix + "input_hint_block.6.weight", 32, 8, 3, 3);
        add(prefix + "input_blocks.0.0.weight", 32, 4, 3, 3);
        addBlock(prefix + "input_blocks.1.0.", 32);
        addAttention(prefix + "input_blocks.1.1.", 1);
        add(prefix + "input_blocks.2.0.op.weight", 32, 32, 3, 3);
        addBlock(prefix + "input_blocks.3.0.", 64);
        addAttention(prefix + "middle_block.1.", 1);
        for (int i = 0; i < 4; i++) {
            add(prefix + "zero_convs." + i + ".0.weight", 32, 32, 1, 1);
        }
        add(prefix + "middle_block_out.0.weight", 64, 64, 1, 1);
    }

    private void addBlock(String name, int channels) {
        add(name + "in_layers.0.weight", channels);
        add(name + "in_layers.2.weight", channels, 32, 3, 3);
    }

    private void addAttention(String name, int layers) {
        add(name + "norm.weight", 32);
        add(name + "proj_in.weight", 32, 32, 1, 1);
        for (int i = 0; i < layers; i++) {
            add(name + "transformer_blocks." + i + ".norm1.weight", 32);
            add(name + "transformer_blocks." + i + ".attn2.to_k.weight", 32, 7);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"control_model.", ""})
    void namesBecomeThoseOfDiffusers(String prefix) {
        addOriginal(prefix);
        assertThat(opened().weights().names())
                .hasSameSizeAs(tensors.keySet())
                .contains(
                        "controlnet_cond_embedding.conv_in.weight",
                        "controlnet_cond_embedding.blocks.0.weight",
                        "controlnet_cond_embedding.blocks.1.weight",
                        "controlnet_cond_embedding.conv_out.weight",
                        "conv_in.weight",
                        "down_blocks.0.resnets.0.conv1.weight",
                        "down_blocks.0.attentions.0.norm.weight",
                        "down_blocks.0.downsamplers.0.conv.weight",
                        "down_blocks.1.resnets.0.conv1.weight",
                        "mid_block.attentions.0.proj_in.weight",
                        "controlnet_down_blocks.0.weight",
                        "controlnet_down_blocks.3.weight",
                        "controlnet_mid_block.weight");
    }

    @Test
    void theConfigurationFollowsFromTheShapes() {
        addOriginal("control_model.");
        ControlNetConfig config = ControlNetConfig.from(opened().config());
        assertThat(config.conditioningChannels()).isEqualTo(3);
        assertThat(config.embeddingChannels()).containsExactly(4, 8);
        assertThat(config.globalPool()).isFalse();
        assertThat(config.blueFirst()).isFalse();
        assertThat(config.encoder().inChannels()).isEqualTo(4);
        assertThat(config.encoder().blockOutChannels()).containsExactly(32, 64);
        assertThat(config.encoder().downBlocks())
                .containsExactly(BlockType.RESNET_AND_CROSS_ATTENTION, BlockType.RESNET);
        assertThat(config.encoder().layersPerBlock()).containsExactly(1, 1);
        assertThat(config.encoder().attentionHeads()).containsExactly(8, 8);
        assertThat(config.encoder().crossAttentionDim()).isEqualTo(7);
        assertThat(config.encoder().useLinearProjection()).isFalse();
        assertThat(config.encoder().textTime()).isEmpty();
    }

    @Test
    void linearProjectionsHaveHeadsOf64Channels() {
        addOriginal("");
        add("input_blocks.1.0.in_layers.2.weight", 64, 32, 3, 3);
        add("input_blocks.3.0.in_layers.2.weight", 128, 64, 3, 3);
        add("input_blocks.1.1.proj_in.weight", 64, 64);
        add("middle_block.1.proj_in.weight", 128, 128);
        ControlNetConfig config = ControlNetConfig.from(opened().config());
        assertThat(config.encoder().useLinearProjection()).isTrue();
        assertThat(config.encoder().attentionHeads()).containsExactly(1, 2);
        add("label_emb.0.0.weight", 64, 2816);
        assertThat(ControlNetConfig.from(opened().config()).encoder().textTime())
                .contains(new TextTime(256, 2816));
    }

    @Test
    void theModelBesideItIsIgnored() {
        addOriginal("control_model.");
        int own = tensors.size();
        add("model.diffusion_model.input_blocks.0.0.weight", 32, 4, 3, 3);
        add("first_stage_model.decoder.conv_in.weight", 32, 4, 3, 3);
        add("cond_stage_model.transformer.text_model.embeddings.token_embedding.weight", 10, 64);
        add("betas", 1000);
        assertThat(opened().weights().names()).hasSize(own);
    }

    @Test
    void unknownTensorsAreListed() {
        addOriginal("control_model.");
        add("control_model.input_blocks.7.0.in_layers.0.weight", 1);
        add("extra.weight", 1);
        assertThatThrownBy(this::opened)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageEndingWith(": 2 of " + tensors.size() + " tensors belong to no layer of a ControlNet:"
                        + " control_model.input_blocks.7.0.in_layers.0.weight, extra.weight");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "difference | a ControlNet as difference from its base model, which would have to be added to it",
                "lora_controlnet | a Control-LoRA",
                "lllite_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_k.down.0.weight | a ControlNet-LLLite",
                "task_embedding | a ControlNet Union",
                "control_add_embedding.linear_1.weight | a ControlNet Union",
                "control_model.task_embedding | a ControlNet Union",
                "adapter.body.0.resnets.0.block1.weight | a T2I-Adapter",
                "body.0.block1.weight | a T2I-Adapter",
                "controlnet_blocks.0.weight | a ControlNet of Stable Diffusion 3, Flux or another transformer",
                "controlnet_x_embedder.weight | a ControlNet of Stable Diffusion 3, Flux or another transformer",
                "pos_embed_input.proj.weight | a ControlNet of Stable Diffusion 3, Flux or another transformer",
            })
    void otherControlsAreNamed(String key, String kind) {
        addOriginal("");
        add("controlnet_cond_embedding.conv_in.weight", 4, 3, 3, 3);
        add(key, 1);
        assertThatThrownBy(this::opened)
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(folder.resolve("net.safetensors") + ": is " + kind + " (has '" + key
                        + "'); supported are whole ControlNets of Stable Diffusion 1.x, 2.x and XL, in the original or"
                        + " diffusers' layout");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight | LoRA in kohya's layout",
                "double_blocks.0.img_attn.qkv.weight | Flux",
                "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight | Stable Diffusion 1.x",
            })
    void otherFilesAreRecognised(String key, String kind) {
        add(key, 1, 2);
        add("model.diffusion_model.input_blocks.0.0.weight", 32, 4, 3, 3);
        assertThatThrownBy(this::opened)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(": looks like: " + kind + ", no ControlNet; supported are whole");
    }

    @Test
    void aNetworkWithoutAttentionInTheMiddleIsNamed() {
        addOriginal("");
        tensors.keySet().removeIf(name -> name.startsWith("middle_block.1."));
        assertThatThrownBy(this::opened)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageEndingWith(
                        ": has no tensor that becomes 'mid_block.attentions.0.proj_in.weight' of diffusers");
    }

    @Test
    void aFileHasNoVariants() {
        addOriginal("");
        Path file = written();
        LoadOptions options = LoadOptions.defaults().variant("fp16");
        assertThatThrownBy(() -> ControlNetFile.open(file, options))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(file + ": is one file and has no variant \"fp16\"; variants are files of a folder");
    }

    @Test
    void unusualSizesNeedAConfiguration() {
        addOriginal("");
        add("input_blocks.1.0.in_layers.2.weight", 30, 32, 3, 3);
        assertThatThrownBy(this::opened)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("has 30 channels in 'down_blocks.0.resnets.0.conv1.weight'");
    }
}
