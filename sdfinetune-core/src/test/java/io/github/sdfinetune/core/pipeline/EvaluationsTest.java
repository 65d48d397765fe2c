package io.github.sdfinetune.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.layer.LayerPatch;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.testing.TinyModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often a request evaluates the networks, and for how many texts and pictures at once. */
final class EvaluationsTest {
    private static final int STEPS = 3;

    @TempDir
    private static Path shared;

    @AutoClose
    private static DiffusionModel model;

    /** The batch of each evaluation. */
    private final List<Long> unet = new ArrayList<>();

    private final List<Long> textEncoder = new ArrayList<>();

    @BeforeAll
    static void load() {
        model = TinyModel.in(shared);
    }

    @Test
    void guidanceEvaluatesNegativePromptAndPromptTogether() {
        generate(request().guidanceScale(7.5));

        assertThat(unet).containsExactly(2L, 2L, 2L);
        assertThat(textEncoder).containsExactly(1L, 1L);
    }

    @Test
    void withoutGuidanceThereIsOnePassAndNoNegativePrompt() {
        generate(request().guidanceScale(1));

        assertThat(unet).containsExactly(1L, 1L, 1L);
        assertThat(textEncoder).containsExactly(1L);
    }

    @Test
    void picturesAreDenoisedTogether() {
        generate(request().count(2).guidanceScale(1));
        generate(request().count(2).guidanceScale(1.1));

        assertThat(unet).containsExactly(2L, 2L, 2L, 4L, 4L, 4L);
    }

    @Test
    void stepsWithoutGuidanceHaveOnePass() {
        generate(request().guidanceScale(7.5).guidanceInterval(0.3, 0.6));

        assertThat(unet).containsExactly(1L, 2L, 1L);
    }

    private static Generation request() {
        return Generation.of("a red disc")
                .negativePrompt("a square")
                .sampler(Sampler.DDIM)
                .steps(STEPS)
                .size(32, 32);
    }

    private void generate(Generation generation) {
        LayerPatch ofUNet = (input, output) -> {
            unet.add(input.size(0));
            return output;
        };
        LayerPatch ofTextEncoder = (input, output) -> {
            textEncoder.add(input.size(0));
            return output;
        };
        Patches counting = Patches.of(Map.of(
                "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q",
                ofUNet,
                "text_encoder.text_model.encoder.layers.0.self_attn.q_proj",
                ofTextEncoder));
        try (Scope scope = Scope.open()) {
            new ImageGenerator(model)
                    .generate(
                            generation,
                            List.of(7L),
                            counting,
                            ProgressListener.quiet(),
                            new StopSignal(new Cancellation(), () -> false));
        }
    }
}
