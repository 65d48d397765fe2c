package io.github.sdfinetune.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.layer.LayerPatch;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.RandomWeights;
import io.github.sdfinetune.core.pipeline.LatentShape;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Gradients;
import io.github.sdfinetune.core.tensor.NoiseSource;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.weights.Weights;
import io.github.sdfinetune.error.TrainingException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps on what two layers of a UNet add to their outputs. The UNet is as wide as those that compute in bfloat16. */
final class TrainingLoopTest {
    private static final int CHANNELS = 64;
    private static final UNetConfig UNET = UNetConfig.from(JsonFile.parse(Path.of("config.json"), """
            {"sample_size": 8, "block_out_channels": [64], "layers_per_block": 1, "norm_num_groups": 16,
             "down_block_types": ["CrossAttnDownBlock2D"], "up_block_types": ["CrossAttnUpBlock2D"],
             "attention_head_dim": 4, "cross_attention_dim": 16}"""));
    private static final List<String> LAYERS = List.of(
            "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0",
            "unet.up_blocks.0.attentions.1.transformer_blocks.0.attn2.to_out.0");

    /** So far above all gradients that a step of AdamW goes against the gradient, by its length. */
    private static final double EPSILON = 1e6;

    private static final double UNLIMITED = 1e9;

    private final Arena arena = new Arena();
    private Scope scope = Scope.open();
    private List<Tensor> parameters = List.of();

    @BeforeEach
    void zeroParameters() {
        parameters = LAYERS.stream()
                .map(layer -> arena.adopt(Gradients.parameter(Tensor.of(new float[CHANNELS], CHANNELS))))
                .toList();
    }

    @AfterEach
    void close() {
        scope.close();
        arena.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void gradientsAreScaledDownToTheLargestNorm(Precision precision) {
        UNet unet = unet(precision);
        List<Tensor> gradients = gradients(unet);
        double norm = norm(gradients);

        TrainingLoop.Result result = loop(unet, adding(), norm / 4).step(batch(), "a.png");

        assertThat(result.gradientNorm()).as("before clipping").isCloseTo(norm, within(1e-6 * norm));
        assertStep(gradients, norm / 4 / (norm + 1e-6));
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void gradientsBelowTheLargestNormStay(Precision precision) {
        UNet unet = unet(precision);
        List<Tensor> gradients = gradients(unet);

        loop(unet, adding(), 1.01 * norm(gradients)).step(batch(), "a.png");

        assertStep(gradients, 1);
    }

    /** Moments of fewer bits than float32's would show. */
    private void assertStep(List<Tensor> gradients, double factor) {
        assertThat(gradients).extracting(Tensor::type).containsOnly(ScalarType.FLOAT32);
        for (int i = 0; i < LAYERS.size(); i++) {
            FloatAssert.assertClose(
                    LAYERS.get(i),
                    parameters.get(i).toFloats(),
                    gradients.get(i).multiply(-factor).toFloats(),
                    0,
                    1e-5);
        }
    }

    @Test
    void theLossInBfloat16IsNearThatInFloat32() {
        double exact = loop(unet(Precision.FLOAT32), adding(), UNLIMITED)
                .step(batch(), "a.png")
                .loss();
        zeroParameters();
        double rounded = loop(unet(Precision.BFLOAT16), adding(), UNLIMITED)
                .step(batch(), "a.png")
                .loss();

        assertThat(Math.abs(rounded / exact - 1)).isBetween(1e-7, 0.01);
    }

    @Test
    void gradientsThatAreNoNumbersEndTheTrainingAndChangeNothing() {
        // Zero whatever the factor; the derivative is not.
        Map<String, LayerPatch> steep = new LinkedHashMap<>();
        steep.put(LAYERS.get(0), (x, y) -> y.add(parameters.get(0).multiply(1e38)));
        steep.put(
                LAYERS.get(1), (x, y) -> y.add(parameters.get(1).multiply(1e38).multiply(1e38)));
        TrainingLoop loop = loop(unet(Precision.FLOAT32), steep, 1);

        assertThatThrownBy(() -> loop.step(batch(), "a.png, b.png"))
                .isInstanceOfSatisfying(
                        TrainingException.class,
                        failure -> assertThat(failure.step()).isEqualTo(1))
                .hasMessageMatching(
                        "gradient norm became (NaN|Infinity) at step 1 \\(pictures a\\.png, b\\.png; learning"
                                + " rate 1\\.0e\\+06\\); a lower learning rate may help");
        assertThat(parameters)
                .allSatisfy(parameter -> assertThat(parameter.toFloats()).containsOnly(0));
    }

    private UNet unet(Precision precision) {
        Numerics numerics = Numerics.of(precision, "cpu");
        return new UNet(UNET, Weights.of(new RandomWeights(7, numerics, arena), numerics, "unet"));
    }

    private Map<String, LayerPatch> adding() {
        Map<String, LayerPatch> adding = new LinkedHashMap<>();
        for (int i = 0; i < LAYERS.size(); i++) {
            Tensor parameter = parameters.get(i);
            adding.put(LAYERS.get(i), (x, y) -> y.add(parameter.as(y.type())));
        }
        return adding;
    }

    private TrainingLoop loop(UNet unet, Map<String, LayerPatch> changes, double maxGradientNorm) {
        return new TrainingLoop(
                unet,
                objective(),
                Patches.of(changes),
                parameters,
                new AdamW(parameters, new AdamW.Settings(0.9, 0.999, EPSILON, 0), arena),
                LearningRate.constant(EPSILON),
                maxGradientNorm);
    }

    private List<Tensor> gradients(UNet unet) {
        Tensor loss;
        try (Gradients recording = Gradients.record()) {
            loss = objective().loss(unet, batch(), Patches.of(adding()));
        }
        return Gradients.of(loss, parameters);
    }

    private static Objective objective() {
        SamplerSpec ddpm = SamplerSpec.of(
                new SchedulerConfig("DDPMScheduler", JsonFile.parse(Path.of("scheduler_config.json"), "{}")),
                Sampler.DDPM);
        return new Objective(ddpm.noiseSchedule(), ddpm.predictionType());
    }

    private static TrainingBatch batch() {
        LatentShape shape = new LatentShape(2, 4, 8, 8);
        try (Scope drawn = Scope.open();
                NoiseSource noise = NoiseSource.seeded(3)) {
            return new TrainingBatch(
                    shape,
                    noise.normal(2, 4, 8, 8).toFloats(),
                    noise.normal(2, 4, 8, 8).toFloats(),
                    new int[] {100, 700},
                    noise.normal(2, 77, 16).toFloats(),
                    77);
        }
    }

    private static double norm(List<Tensor> gradients) {
        double squares = 0;
        for (Tensor gradient : gradients) {
            for (float value : gradient.toFloats()) {
                squares += (double) value * value;
            }
        }
        return Math.sqrt(squares);
    }
}
