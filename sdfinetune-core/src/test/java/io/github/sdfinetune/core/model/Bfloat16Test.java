package io.github.sdfinetune.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Precision;
import io.github.sdfinetune.core.config.ClipTextConfig;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.config.VaeConfig;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.NoiseSource;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.RelativeError;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.unet.Conditioning;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.weights.Weights;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Networks as wide as those that compute in bfloat16, against the same networks in float32. */
final class Bfloat16Test {
    private static final double LARGEST_ERROR = 0.03;
    private static final UNetConfig UNET = UNetConfig.from(JsonFile.parse(Path.of("config.json"), """
            {"sample_size": 16, "block_out_channels": [64, 128], "layers_per_block": 1, "norm_num_groups": 16,
             "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
             "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
             "attention_head_dim": 4, "cross_attention_dim": 96}"""));
    private static final VaeConfig VAE = VaeConfig.from(JsonFile.parse(Path.of("config.json"), """
            {"block_out_channels": [64, 128], "layers_per_block": 1, "norm_num_groups": 16,
             "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
             "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"]}"""));

    private static final ClipTextConfig TEXT = ClipTextConfig.from(JsonFile.parse(Path.of("config.json"), """
            {"vocab_size": 100, "hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 2,
             "num_attention_heads": 4, "hidden_act": "quick_gelu"}"""));

    @Test
    void aWideUNetComputesInBfloat16() {
        assertThat(DiffusionModel.precision(UNET.encoder(), Precision.BFLOAT16)).isEqualTo(Precision.BFLOAT16);
        assertThat(RelativeError.of(predicted(Precision.BFLOAT16), predicted(Precision.FLOAT32)))
                .isBetween(1e-4, LARGEST_ERROR);
    }

    @Test
    void theVaeComputesInBfloat16() {
        assertThat(RelativeError.of(decoded(Precision.BFLOAT16), decoded(Precision.FLOAT32)))
                .isBetween(1e-4, LARGEST_ERROR);
    }

    @Test
    void theTextEncoderComputesInBfloat16() {
        assertThat(RelativeError.of(encoded(Precision.BFLOAT16), encoded(Precision.FLOAT32)))
                .isBetween(1e-4, LARGEST_ERROR);
    }

    private static float[] predicted(Precision precision) {
        Numerics numerics = Numerics.of(precision, "cpu");
        try (Arena arena = new Arena();
                Scope scope = Scope.open();
                NoiseSource noise = NoiseSource.seeded(1)) {
            UNet unet = new UNet(UNET, Weights.of(new RandomWeights(7, numerics, arena), numerics, "unet"));
            return unet.forward(
                            noise.normal(2, 4, 16, 24),
                            Tensor.of(new float[] {400}, 1),
                            Conditioning.text(noise.normal(2, 77, 96)),
                            Patches.none())
                    .toFloats();
        }
    }

    private static float[] decoded(Precision precision) {
        Numerics numerics = Numerics.of(precision, "cpu");
        try (Arena arena = new Arena();
                Scope scope = Scope.open();
                NoiseSource noise = NoiseSource.seeded(1)) {
            Autoencoder vae = new Autoencoder(VAE, Weights.of(new RandomWeights(7, numerics, arena), numerics, "vae"));
            return vae.decode(noise.normal(1, 4, 8, 12)).toFloats();
        }
    }

    private static float[] encoded(Precision precision) {
        Numerics numerics = Numerics.of(precision, "cpu");
        try (Arena arena = new Arena();
                Scope scope = Scope.open();
                NoiseSource noise = NoiseSource.seeded(1)) {
            ClipTextModel text = new ClipTextModel(
                    TEXT, Weights.of(new RandomWeights(7, numerics, arena), numerics, "text_encoder"));
            return text.encode(Tensor.of(noise.integers(0, 100, 2 * 77), 2, 77), 0, Patches.none())
                    .toFloats();
        }
    }
}
