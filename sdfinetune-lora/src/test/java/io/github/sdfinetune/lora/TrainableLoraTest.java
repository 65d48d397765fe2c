package io.github.sdfinetune.lora;

import static io.github.sdfinetune.lora.TestFile.QUERY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Precision;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.core.layer.LayerPatch;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Layers.Kind;
import io.github.sdfinetune.core.layer.Layers.LayerShape;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Gradients;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.NoiseSource;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TrainableLoraTest {
    private static final String OUT = QUERY.replace("to_q", "to_out.0");
    private static final Layers LAYERS = new Layers(Map.of(
            QUERY,
            new LayerShape(Kind.LINEAR, 2, 2),
            OUT,
            new LayerShape(Kind.LINEAR, 2, 2),
            "unet.conv_in",
            new LayerShape(Kind.CONVOLUTION, 2, 4),
            "unet.mid_block.attentions.0.proj_in",
            new LayerShape(Kind.LINEAR, 2, 2),
            "text_encoder.text_model.encoder.layers.0.self_attn.out_proj",
            new LayerShape(Kind.LINEAR, 2, 2)));

    private final NoiseSource dropout = NoiseSource.seeded(2);
    private final Arena arena = new Arena();
    private final Scope scope = Scope.open();

    @AfterEach
    void close() {
        scope.close();
        arena.close();
        dropout.close();
    }

    @Test
    void gradientsAreThoseOfTheChainRule() {
        // h = down x = -1.5; y = x + 2 up h = (-8, -1) = dL/dy
        Tensor down = Gradients.parameter(Tensor.of(new float[] {0.5f, -1}, 1, 2));
        Tensor up = Gradients.parameter(Tensor.of(new float[] {3, 1}, 2, 1));
        List<Tensor> gradients = gradients(new LoraPatch(down, up, 2), List.of(down, up), ScalarType.FLOAT32);
        assertThat(gradients.get(0).toFloats()).containsExactly(-50, -100); // 2 (dL/dy · up) x
        assertThat(gradients.get(1).toFloats()).containsExactly(24, 3); // 2 dL/dy h
    }

    @Test
    void theFirstGradientOfDownIsZero() {
        TrainableLora lora = create(TrainerConfig.lora().rank(1).alpha(2).build(), Numerics.float32());
        List<Tensor> parameters = lora.parameters().subList(2, 4); // sorted: to_out.0, to_q
        float[] down = parameters.get(0).toFloats();
        List<Tensor> gradients = gradients(change(lora, QUERY), parameters, ScalarType.FLOAT32);
        assertThat(gradients.get(0).toFloats()).containsExactly(0, 0);
        float h = down[0] + 2 * down[1];
        assertThat(gradients.get(1).toFloats()).containsExactly(2 * h, 4 * h);
    }

    @Test
    void factorsStayFloat32UnderABfloat16Base() {
        Numerics numerics = Numerics.of(Precision.BFLOAT16, "cpu");
        TrainableLora lora = create(TrainerConfig.lora().rank(1).build(), numerics);
        List<Tensor> gradients =
                gradients(change(lora, QUERY), lora.parameters().subList(2, 4), ScalarType.BFLOAT16);
        assertThat(lora.parameters()).extracting(Tensor::type).containsOnly(ScalarType.FLOAT32);
        assertThat(gradients).extracting(Tensor::type).containsOnly(ScalarType.FLOAT32);
    }

    /** The derivative of the mean squared output of a layer with weight 1 for the input (1, 2). */
    private static List<Tensor> gradients(LayerPatch patch, List<Tensor> parameters, ScalarType type) {
        Tensor x = Tensor.of(new float[] {1, 2}, 1, 2).as(type);
        Tensor zero = Tensor.of(new float[2], 1, 2);
        Tensor loss;
        try (Gradients recording = Gradients.record()) {
            Tensor y = patch.apply(x, x);
            assertThat(y.type()).isEqualTo(type);
            loss = Kernels.meanSquaredError(y.as(ScalarType.FLOAT32), zero);
        }
        return Gradients.of(loss, parameters);
    }

    @Test
    void factorsAreDrawnLayerByLayerInTheOrderOfNames() {
        TrainableLora lora = create(TrainerConfig.lora().rank(4).build(), Numerics.float32());
        assertThat(lora.changes()).containsOnlyKeys(OUT, QUERY);
        try (NoiseSource same = NoiseSource.seeded(1)) {
            for (int i = 0; i < 4; i += 2) {
                float[] down = same.normal(4, 2).multiply(0.25).toFloats();
                assertThat(lora.parameters().get(i).toFloats()).isEqualTo(down);
                assertThat(lora.parameters().get(i + 1).toFloats()).containsOnly(0);
            }
        }
    }

    @Test
    void dropoutZeroesInputsAndScalesTheRest() {
        TrainableLora lora = create(TrainerConfig.lora().rank(1).dropout(0.75).build(), Numerics.float32());
        List<Tensor> parameters = lora.parameters().subList(2, 4);
        float[] down = parameters.get(0).toFloats();
        boolean[] kept = new boolean[2];
        try (NoiseSource same = NoiseSource.seeded(2)) {
            for (int step = 0; step < 8; step++) {
                float[] drawn = same.uniform(1, 2).toFloats();
                List<Tensor> gradients = gradients(change(lora, QUERY), parameters, ScalarType.FLOAT32);
                float h = (drawn[0] < 0.75 ? 0 : 4 * down[0]) + (drawn[1] < 0.75 ? 0 : 8 * down[1]);
                assertThat(gradients.get(1).toFloats()).containsExactly(h, 2 * h);
                kept[h == 0 ? 0 : 1] = true;
            }
        }
        assertThat(kept).as("both happened").containsOnly(true);
    }

    @Test
    void aSnapshotIsACopy() {
        TrainableLora lora =
                create(TrainerConfig.lora().rank(2).alpha(3).dropout(0.1).build(), Numerics.float32());
        LoraAdapter snapshot = (LoraAdapter) lora.snapshot(Map.of("pictures", "20"));
        float[] before = lora.parameters().get(0).toFloats();
        Kernels.scaleInPlace(List.of(lora.parameters().get(0)), 5);
        assertThat(snapshot.modules().get(0).down().values()).isEqualTo(before);
        assertThat(snapshot.modules()).extracting(LoraModule::alpha).containsOnly(3.0);
        assertThat(snapshot.name()).isEqualTo("trained");
        assertThat(snapshot.dropout()).isEqualTo(0.1);
        assertThat(snapshot.metadata()).isEqualTo(Map.of("pictures", "20"));
    }

    @Test
    void theArenaOwnsAllThatIsLeft() {
        long before = Tensor.open();
        create(TrainerConfig.lora().rank(2).build(), Numerics.float32());
        assertThat(Tensor.open()).isEqualTo(before + 4);
        arena.close();
        assertThat(Tensor.open()).isEqualTo(before);
    }

    @Test
    void aModelWithoutAttentionCantBeTrained() {
        Layers none = new Layers(Map.of("unet.conv_in", new LayerShape(Kind.CONVOLUTION, 2, 4)));
        try (NoiseSource initial = NoiseSource.seeded(1)) {
            assertThatThrownBy(() -> TrainableLora.create(
                            TrainerConfig.lora().build(), none, Numerics.float32(), initial, dropout, arena))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("none of the 1 layers is an attention projection");
        }
    }

    private TrainableLora create(TrainerConfig config, Numerics numerics) {
        try (NoiseSource initial = NoiseSource.seeded(1)) {
            return TrainableLora.create(config, LAYERS, numerics, initial, dropout, arena);
        }
    }

    private static LayerPatch change(TrainableLora lora, String layer) {
        return Objects.requireNonNull(lora.changes().get(layer));
    }
}
