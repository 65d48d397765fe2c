package io.github.sdfinetune.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.core.config.ClipTextConfig.Activation;
import io.github.sdfinetune.core.config.EncoderConfig.BlockType;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigTest {
    private static final Path FILE = Path.of("config.json");
    private static final EncoderConfig DEFAULT_ENCODER = new EncoderConfig(
            4,
            List.of(
                    BlockType.RESNET_AND_CROSS_ATTENTION,
                    BlockType.RESNET_AND_CROSS_ATTENTION,
                    BlockType.RESNET_AND_CROSS_ATTENTION,
                    BlockType.RESNET),
            List.of(320, 640, 1280, 1280),
            List.of(2, 2, 2, 2),
            List.of(1, 1, 1, 1),
            List.of(8, 8, 8, 8),
            1280,
            false,
            true,
            0,
            32,
            1e-5,
            Optional.empty());

    @Test
    void absentKeysHaveTheDefaultsOfDiffusers() {
        assertThat(UNetConfig.from(json("{}")))
                .isEqualTo(new UNetConfig(
                        64,
                        DEFAULT_ENCODER,
                        4,
                        List.of(
                                BlockType.RESNET,
                                BlockType.RESNET_AND_CROSS_ATTENTION,
                                BlockType.RESNET_AND_CROSS_ATTENTION,
                                BlockType.RESNET_AND_CROSS_ATTENTION)));
        assertThat(ControlNetConfig.from(json("{}")))
                .isEqualTo(new ControlNetConfig(DEFAULT_ENCODER, 3, List.of(16, 32, 96, 256), false, false));
        assertThat(VaeConfig.from(json("{}"))).isEqualTo(new VaeConfig(3, 3, 4, List.of(64), 1, 32, 0.18215, 32));
        assertThat(ClipTextConfig.from(json("{}")))
                .isEqualTo(new ClipTextConfig(49408, 512, 2048, 12, 8, 77, Activation.QUICK_GELU, 1e-5, 512, 49407));
    }

    @Test
    void numbersForAllBlocksAndListsPerBlockAreRead() {
        UNetConfig config = UNetConfig.from(json("""
                {"block_out_channels": [32, 64], "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"],
                 "up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D"], "layers_per_block": [1, 3],
                 "attention_head_dim": [5, 16], "transformer_layers_per_block": [1, 10], "sample_size": [96, 96],
                 "use_linear_projection": true, "upcast_attention": true}"""));
        assertThat(config.encoder().layersPerBlock()).containsExactly(1, 3);
        assertThat(config.encoder().attentionHeads()).containsExactly(5, 16);
        assertThat(config.encoder().transformerLayers()).containsExactly(1, 10);
        assertThat(config.sampleSize()).isEqualTo(96);
        assertThat(config.encoder().useLinearProjection()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            '_class_name': 'ControlNetModel_Union'             | '_class_name' is "ControlNetModel_Union", expected "ControlNetModel"
            'num_control_type': 6                              | 'num_control_type' is 6, a key that is not known
            'out_channels': 4                                  | 'out_channels' is 4, a key that is not known
            'conditioning_channels': 4                         | 'conditioning_channels' is 4, supported are the 3 of a picture
            'controlnet_conditioning_channel_order': 'grb'     | 'controlnet_conditioning_channel_order' is "grb"
            'conditioning_embedding_out_channels': []          | 'conditioning_embedding_out_channels' is an empty list
            'norm_num_groups': 7                               | expected a multiple of the 7 norm groups
            """)
    void aControlNetOfAnotherKindIsRefused(String keys, String message) {
        assertThatThrownBy(() -> ControlNetConfig.from(json("{" + keys.replace('\'', '"') + "}")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }

    @Test
    void whatAControlNetHasBesideItsEncoderIsRead() {
        ControlNetConfig config = ControlNetConfig.from(json("""
                {"_class_name": "ControlNetModel", "controlnet_conditioning_channel_order": "bgr",
                 "conditioning_embedding_out_channels": [8, 16, 32], "global_pool_conditions": true}"""));
        assertThat(config.blueFirst()).isTrue();
        assertThat(config.globalPool()).isTrue();
        assertThat(config.factor()).isEqualTo(4);
    }

    @Test
    void notesAndWhatSwitchesNothingOnIsIgnored() {
        UNetConfig.from(json("""
                {"_class_name": "UNet2DConditionModel", "_anything": 1, "decay": 0.9999, "use_ema_warmup": true,
                 "new_in_diffusers": null, "newer": false, "num_class_embeds": null, "mid_block_scale_factor": 1.0,
                 "mid_block_only_cross_attention": null, "dropout": 0.0, "time_embedding_type": "positional"}"""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    'act_fn': 'gelu'                        | 'act_fn' is "gelu", supported is "silu"
                    'class_embed_type': 'timestep'          | 'class_embed_type' is "timestep", supported is null
                    'resnet_time_scale_shift': 'scale_shift'| 'resnet_time_scale_shift' is "scale_shift", supported is "default"
                    'dual_cross_attention': true            | 'dual_cross_attention' is true, supported is false
                    'only_cross_attention': [true,false]    | 'only_cross_attention' is [true,false], supported is false
                    'conv_in_kernel': 5                     | 'conv_in_kernel' is 5, supported is 3
                    'mid_block_scale_factor': 0.5           | 'mid_block_scale_factor' is 0.5, supported is 1
                    'quantum_attention': 2                  | 'quantum_attention' is 2, a key that is not known
                    'time_cond_proj_dim': 256, 'x': 'y'     | 'time_cond_proj_dim' is 256, supported is null; 'x' is "y", a key that is not known
                    'in_channels': 0                        | 'in_channels' is 0, expected at least 1
                    'in_channels': 'four'                   | 'in_channels' is "four", expected a whole number
                    'cross_attention_dim': [768]            | 'cross_attention_dim' is [768], expected a whole number
                    'sample_size': [64,96]                  | 'sample_size' is [64, 96], supported are squares
                    'block_out_channels': []                | 'block_out_channels' is an empty list
                    'block_out_channels': [32,-32]          | 'block_out_channels' is -32, expected at least 1
                    'block_out_channels': [32,48,64,64]     | 'block_out_channels' has 48, expected a multiple of the 32 norm groups
                    'attention_head_dim': 7                 | 'block_out_channels' has 320, expected a multiple of the 7 attention heads
                    'attention_head_dim': [8,8]             | 'attention_head_dim' has 2 values, expected 4, one per block
                    'layers_per_block': [2,2,2]             | 'layers_per_block' has 3 values, expected 4, one per block
                    'transformer_layers_per_block': [[1]]   | 'transformer_layers_per_block' is [1], expected a whole number
                    'down_block_types': ['DownBlock2D']     | 'down_block_types' has 1 values, expected 4, one per block
                    'up_block_types': ['AttnUpBlock2D']     | 'up_block_types' has "AttnUpBlock2D", supported: [CrossAttnUpBlock2D, UpBlock2D]
                    'norm_eps': 0                           | 'norm_eps' is 0.0, expected a number above 0
                    'use_linear_projection': 1              | 'use_linear_projection' is 1, expected true or false
                    """)
    void whatTheUNetDoesNotSupportIsNamed(String keys, String problem) {
        assertThatThrownBy(() -> UNetConfig.from(json("{" + keys.replace('\'', '"') + "}")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("config.json: " + problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    'shift_factor': 0.1159                  | 'shift_factor' is 0.1159, supported is null
                    'use_quant_conv': false                 | 'use_quant_conv' is false, supported is true
                    'mid_block_add_attention': false        | 'mid_block_add_attention' is false, supported is true
                    'block_out_channels': [32,48]           | 'block_out_channels' has 48, expected a multiple of the 32 norm groups
                    'block_out_channels': [32,64]           | 'down_block_types' has 1 values, expected 2, one per block
                    'up_block_types': ['AttnUpDecoderBlock2D'] | 'up_block_types' has "AttnUpDecoderBlock2D", supported: [UpDecoderBlock2D]
                    'scaling_factor': -1                    | 'scaling_factor' is -1.0, expected a number above 0
                    """)
    void whatTheVaeDoesNotSupportIsNamed(String keys, String problem) {
        assertThatThrownBy(() -> VaeConfig.from(json("{" + keys.replace('\'', '"') + "}")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("config.json: " + problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    'hidden_act': 'relu'                    | 'hidden_act' is "relu", expected one of "gelu", "quick_gelu"
                    'model_type': 't5'                      | 'model_type' is "t5", expected one of "clip", "clip_text_model"
                    'num_attention_heads': 7                | 'hidden_size' has 512, expected a multiple of the 7 attention heads
                    'text_config': {'num_hidden_layers': 0} | 'text_config.num_hidden_layers' is 0, expected at least 1
                    """)
    void whatTheTextEncoderDoesNotSupportIsNamed(String keys, String problem) {
        assertThatThrownBy(() -> ClipTextConfig.from(json("{" + keys.replace('\'', '"') + "}")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("config.json: " + problem);
    }

    @Test
    void textFieldsOfAWholeClipAreFound() {
        ClipTextConfig config = ClipTextConfig.from(json("""
                {"model_type": "clip", "projection_dim": 768, "vision_config": {"hidden_size": 1024},
                 "text_config": {"hidden_size": 768, "num_attention_heads": 12, "hidden_act": "gelu", "top_k": 50}}"""));
        assertThat(config.hiddenSize()).isEqualTo(768);
        assertThat(config.activation()).isEqualTo(Activation.GELU);
    }

    @Test
    void theVaeHalvesTheSizeInEveryBlockButTheLast() {
        VaeConfig config = VaeConfig.from(json("""
                {"block_out_channels": [32, 32, 32],
                 "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
                 "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}"""));
        assertThat(config.scaleFactor()).isEqualTo(4);
    }

    private static JsonFile json(String text) {
        return JsonFile.parse(FILE, text);
    }
}
