package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Configs.settings;
import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.error.ModelFormatException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sampler with every kind of model: it comes to an end with finite latents or says what would be right. */
final class SamplerCombinationsTest {
    private static final List<String> SPACINGS = List.of("leading", "linspace", "trailing");
    private static final List<String> PREDICTIONS = List.of("epsilon", "v_prediction", "sample");
    private static final Set<String> CANNOT_READ_CLEAN_LATENTS = Set.of(
            "PNDMScheduler",
            "EulerAncestralDiscreteScheduler",
            "KDPM2DiscreteScheduler",
            "KDPM2AncestralDiscreteScheduler");

    /** The others either have a largest sigma that is finite or don't know zero terminal SNR. */
    private static final Set<String> CAN_BEGIN_WITH_PURE_NOISE =
            Set.of("DDIMScheduler", "DDPMScheduler", "LCMScheduler", "TCDScheduler");

    private static final int SIZE = 16;

    /** Short and long runs, with and without a rest where steps come in blocks. */
    private static final List<Integer> STEPS = List.of(1, 5, 6, 17);

    private final Random random = new Random(3);

    static Stream<Sampler> variants() {
        return SamplerSpecTest.variants()
                .flatMap(sampler -> Stream.concat(
                        Stream.of(sampler),
                        SPACINGS.stream().flatMap(spacing -> SamplerSpecTest.known(sampler.name() + " " + spacing))));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void everySamplerWorksOrSaysWhatWouldBeRight(Sampler sampler) {
        for (String prediction : PREDICTIONS) {
            for (boolean zeroSnr : new boolean[] {false, true}) {
                for (String spacing : SPACINGS) {
                    check(sampler, prediction, zeroSnr, spacing);
                }
            }
        }
    }

    private void check(Sampler choice, String prediction, boolean zeroSnr, String spacing) {
        SchedulerConfig model = model(prediction, zeroSnr, spacing);
        String as = prediction + (zeroSnr ? ", zero terminal SNR, " : ", ") + spacing;
        if (prediction.equals("sample") && CANNOT_READ_CLEAN_LATENTS.contains(choice.schedulerClass())) {
            assertThatThrownBy(() -> SamplerSpec.of(model, choice))
                    .as(as)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("can't read; others can: DDIM,");
            return;
        }
        SamplerSpec sampler = SamplerSpec.of(model, choice);
        boolean pureNoise = zeroSnr && CAN_BEGIN_WITH_PURE_NOISE.contains(choice.schedulerClass());
        for (int steps : STEPS) {
            if (pureNoise && prediction.equals("epsilon") && startsLast(choice, spacing, steps)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> sampler.start(steps, 1))
                        .as(as)
                        .withMessageContaining("has to predict v or clean latents, or to start earlier");
            } else {
                assertFinite(as + ", " + steps + " steps", finish(sampler.start(steps, 1)));
            }
        }
    }

    private static SchedulerConfig model(String prediction, boolean zeroSnr, String spacing) {
        return new SchedulerConfig("DDIMScheduler", settings("""
                'beta_schedule': 'scaled_linear', 'beta_start': 0.00085, 'beta_end': 0.012, 'steps_offset': 1,
                'clip_sample': false, 'set_alpha_to_one': false, 'skip_prk_steps': true,
                'prediction_type': '%s', 'rescale_betas_zero_snr': %s, 'timestep_spacing': '%s'""".formatted(prediction, zeroSnr, spacing)));
    }

    /** Whether the first step is the last timestep of training. */
    private static boolean startsLast(Sampler choice, String spacing, int steps) {
        Object chosen = choice.settings().getOrDefault("timestep_spacing", spacing);
        boolean distilled = Set.of("LCM", "TCD").contains(choice.name());
        // The only step of linspace is timestep 0.
        return distilled || chosen.equals("trailing") || (chosen.equals("linspace") && steps > 1);
    }

    private float[] finish(SamplerRun run) {
        float[] latents = sum(term(run.initNoiseSigma(), gaussian()));
        while (!run.isFinished()) {
            float[] output = sum(term(0.3, run.scaleModelInput(latents)), term(0.1, gaussian()));
            latents = run.step(output, latents, this::gaussian);
        }
        return latents;
    }

    private float[] gaussian() {
        float[] values = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static void assertFinite(String as, float... latents) {
        for (float value : latents) {
            assertThat(value).as(as).isFinite();
        }
    }
}
