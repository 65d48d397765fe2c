package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Configs.sampler;
import static io.github.sdfinetune.core.scheduler.Configs.settings;
import static io.github.sdfinetune.core.scheduler.Configs.stableDiffusion1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.error.ModelFormatException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SamplerSpecTest {
    static List<Sampler> samplers() {
        return Sampler.all();
    }

    static Stream<Sampler> variants() {
        return Sampler.all().stream()
                .flatMap(sampler -> Stream.of("", " Karras", " Exponential", " Beta", " Lambda Uniform")
                        .flatMap(spread -> known(sampler.name() + spread)));
    }

    static Stream<Sampler> known(String name) {
        try {
            return Stream.of(Sampler.of(name));
        } catch (IllegalArgumentException e) {
            return Stream.empty();
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void aSamplerOfChoiceIsWhatItsNameSays(Sampler choice) {
        SamplerSpec sampler = SamplerSpec.of(stableDiffusion1(), choice);
        assertThat(sampler.name()).isEqualTo(choice.name());
        assertThat(sampler.predictionType()).isEqualTo(PredictionType.EPSILON);
        assertThat(sampler.noiseSchedule().alphasCumprod()[0])
                .isEqualTo(SamplerSpec.of(stableDiffusion1()).noiseSchedule().alphasCumprod()[0]);
    }

    @ParameterizedTest
    @EnumSource
    void theSpacingIsWhatTheNameSays(TimestepSpacing.Rule rule) {
        SchedulerConfig trailing = new SchedulerConfig("DDIMScheduler", settings("'timestep_spacing': 'trailing'"));
        List<Sampler> choices = variants()
                .flatMap(sampler -> known(sampler.name() + " " + rule))
                .toList();
        assertThat(choices).hasSize(62);
        for (Sampler choice : choices) {
            for (SchedulerConfig config : List.of(trailing, stableDiffusion1())) {
                assertThat(spacing(SamplerSpec.of(config, choice)).rule())
                        .as(choice.name())
                        .isEqualTo(rule);
            }
        }
    }

    private static TimestepSpacing spacing(SamplerSpec sampler) {
        if (sampler instanceof SigmaSampler sigmas) {
            return sigmas.sigmaSchedule().spacing();
        }
        if (sampler instanceof LambdaSampler lambdas) {
            return lambdas.lambdaSchedule().spacing();
        }
        if (sampler instanceof Ddim ddim) {
            return ddim.spacing();
        }
        return sampler instanceof Pndm pndm ? pndm.spacing() : ((Ddpm) sampler).spacing();
    }

    @Test
    void aChoiceReplacesOnlyWhatItsNameSays() {
        SchedulerConfig config = new SchedulerConfig("DPMSolverMultistepScheduler", settings("""
                'algorithm_type': 'sde-dpmsolver++', 'solver_order': 3, 'solver_type': 'heun', 'use_exponential_sigmas': true,
                'prediction_type': 'v_prediction', 'timestep_spacing': 'trailing'"""));
        assertThat(SamplerSpec.of(config).name()).isEqualTo("DPM++ 3M SDE Exponential");

        DpmMultistep chosen = (DpmMultistep) SamplerSpec.of(config, Sampler.DPM_PP_2M);
        assertThat(chosen.name()).isEqualTo("DPM++ 2M Exponential");
        assertThat(chosen.settings()).isEqualTo(new DpmSettings(DpmAlgorithm.DPM_PP, 2, false, true));
        assertThat(chosen.predictionType()).isEqualTo(PredictionType.V_PREDICTION);
        assertThat(chosen.lambdaSchedule().spacing()).isEqualTo(new TimestepSpacing(TimestepSpacing.Rule.TRAILING, 0));

        assertThat(SamplerSpec.of(config, Sampler.HEUN.karras()).name()).isEqualTo("Heun Karras");
        assertThat(((UniPc) SamplerSpec.of(config, Sampler.UNIPC)).order()).isEqualTo(3);
    }

    @Test
    void samplersWithoutACommonNameSayWhatTheyAre() {
        assertThat(sampler(
                                "DPMSolverMultistepScheduler",
                                "'algorithm_type': 'sde-dpmsolver', 'final_sigmas_type': 'sigma_min'")
                        .name())
                .isEqualTo("DPM 2M SDE");
        assertThat(sampler("DPMSolverSinglestepScheduler", "'algorithm_type': 'sde-dpmsolver++', 'solver_order': 3")
                        .name())
                .isEqualTo("DPM++ 3S SDE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLMS", "Euler a", "DPM2", "DPM2 a"})
    void aSamplerThatCannotReadCleanLatentsSaysWhoCan(String name) {
        SchedulerConfig config = new SchedulerConfig("DDIMScheduler", settings("'prediction_type': 'sample'"));
        assertThatThrownBy(() -> SamplerSpec.of(config, Sampler.of(name)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("scheduler_config.json: 'prediction_type' is \"sample\", which the sampler " + name
                        + " can't read; others can: DDIM, Euler, Heun, DPM++ 2M, UniPC");
        for (String other : List.of("DDIM", "Euler", "Heun", "DPM++ 2M", "UniPC")) {
            assertThat(SamplerSpec.of(config, Sampler.of(other)).predictionType())
                    .isEqualTo(PredictionType.SAMPLE);
        }
    }

    @Test
    void lmsNeedsSigmasThatFall() {
        SamplerSpec lms = sampler("LMSDiscreteScheduler", "'timestep_spacing': 'leading', 'steps_offset': 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> lms.start(1000, 1))
                .withMessageStartingWith(
                        "LMS needs sigmas that fall at every step, sigmas 1 and 2 of these steps are both 157.4");
        assertThat(lms.start(999, 1).timesteps()).hasSize(999);
    }

    @Test
    void distilledModelsHaveFewSteps() {
        for (Sampler sampler : List.of(Sampler.LCM, Sampler.TCD)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> SamplerSpec.of(stableDiffusion1(), sampler).start(51, 1))
                    .withMessage("steps must be at most 50, the steps of the model's distillation"
                            + " (original_inference_steps), was 51");
        }
    }

    @Test
    void theClassNameChooses() {
        assertThat(sampler("DDIMScheduler", "")).isInstanceOf(Ddim.class);
        assertThat(sampler("PNDMScheduler", "")).isInstanceOf(Pndm.class);
        assertThat(sampler("EulerDiscreteScheduler", "")).isInstanceOf(Euler.class);
        assertThat(sampler("DDPMScheduler", "")).isInstanceOf(Ddpm.class);
    }

    @Test
    void anUnknownClassIsNamedWithThoseThatAreSupported() {
        assertThatThrownBy(() -> sampler("KarrasVeScheduler", ""))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("scheduler_config.json: '_class_name' is \"KarrasVeScheduler\", expected one of"
                        + " DDIMScheduler, DDPMScheduler, DEISMultistepScheduler, DPMSolverMultistepScheduler,"
                        + " DPMSolverSinglestepScheduler, EulerAncestralDiscreteScheduler, EulerDiscreteScheduler,"
                        + " HeunDiscreteScheduler, KDPM2AncestralDiscreteScheduler, KDPM2DiscreteScheduler, LCMScheduler,"
                        + " LMSDiscreteScheduler, PNDMScheduler, TCDScheduler, UniPCMultistepScheduler,"
                        + " or a sampler of choice (Generation.sampler)");
    }

    @Test
    void anotherSamplerKeepsSharedSettingsAndHasItsOwnDefaults() {
        SchedulerConfig config = stableDiffusion1();

        Ddim ddim = (Ddim) SamplerSpec.of(config, Sampler.DDIM);
        assertThat(ddim.spacing()).isEqualTo(new TimestepSpacing(TimestepSpacing.Rule.LEADING, 1));
        assertThat(ddim.limit()).isEqualTo(new DenoisedLimit.None());
        assertThat(ddim.last()).isEqualTo(ddim.noiseSchedule().level(0));

        Euler euler = (Euler) SamplerSpec.of(config, Sampler.EULER);
        assertThat(euler.sigmaSchedule().spacing()).isEqualTo(new TimestepSpacing(TimestepSpacing.Rule.LINSPACE, 1));
        assertThat(euler.noiseSchedule().alphasCumprod())
                .isEqualTo(SamplerSpec.of(config).noiseSchedule().alphasCumprod());

        Ddpm ddpm = (Ddpm) SamplerSpec.of(config, Sampler.DDPM);
        assertThat(ddpm.variance()).isEqualTo(Ddpm.Variance.SMALL);
    }

    @Test
    void defaultsAreThoseOfTheClass() {
        Ddim ddim = (Ddim) sampler("DDIMScheduler", "");
        assertThat(ddim.last()).isEqualTo(NoiseLevel.CLEAN);
        assertThat(ddim.limit()).isEqualTo(new DenoisedLimit.Clip(1));
        Pndm pndm = (Pndm) sampler("PNDMScheduler", "");
        assertThat(pndm.last()).isEqualTo(pndm.noiseSchedule().level(0));
        assertThat(pndm.skipRungeKutta()).isFalse();
        assertThat(pndm.noiseSchedule().betas())
                .isEqualTo(NoiseSchedule.linear(0.0001, 0.02, 1000).betas());
    }

    @Test
    void onlySomeSamplersKnowZeroTerminalSnr() {
        String rescaled = "'rescale_betas_zero_snr': true";
        assertThat(lastAlphaCumprod(sampler("DDIMScheduler", rescaled))).isZero();
        assertThat(lastAlphaCumprod(sampler("DDPMScheduler", rescaled))).isZero();
        assertThat(lastAlphaCumprod(sampler("EulerDiscreteScheduler", rescaled)))
                .isEqualTo(0x1p-24f);
        assertThat(lastAlphaCumprod(sampler("PNDMScheduler", rescaled)))
                .isEqualTo(lastAlphaCumprod(sampler("PNDMScheduler", "")));
    }

    private static float lastAlphaCumprod(SamplerSpec sampler) {
        return sampler.noiseSchedule().alphasCumprod()[999];
    }

    @Test
    void etaIsForThoseThatHaveIt() {
        Ddim ddim = (Ddim) SamplerSpec.of(stableDiffusion1(), Sampler.DDIM);
        assertThat(ddim.withEta(0.5).eta()).isEqualTo(0.5);
        assertThat(ddim.withEta(0.5).withEta(0)).isEqualTo(ddim);
        SamplerSpec pndm = SamplerSpec.of(stableDiffusion1());
        assertThat(pndm.withEta(0.5)).isSameAs(pndm);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ddim.withEta(1.5))
                .withMessage("eta must be from 0 to 1, was 1.5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "DDIMScheduler | 'prediction_type': 'velocity'"
                        + "| 'prediction_type' is \"velocity\", expected one of \"epsilon\", \"sample\", \"v_prediction\"",
                "PNDMScheduler | 'prediction_type': 'sample'"
                        + "| 'prediction_type' is \"sample\", which the sampler PLMS can't read; others can: DDIM, Euler,"
                        + " Heun, DPM++ 2M, UniPC",
                "DDPMScheduler | 'variance_type': 'learned_range' | 'variance_type' is \"learned_range\", expected one of"
                        + " \"fixed_large\", \"fixed_large_log\", \"fixed_small\", \"fixed_small_log\"",
                "DDPMScheduler | 'beta_schedule': 'sigmoid' | 'beta_schedule' is \"sigmoid\","
                        + " expected one of \"linear\", \"scaled_linear\", \"squaredcos_cap_v2\"",
                "DDIMScheduler | 'timestep_spacing': 'even' | 'timestep_spacing' is \"even\","
                        + " expected one of \"leading\", \"linspace\", \"trailing\"",
                "DDIMScheduler | 'num_train_timesteps': 1 | 'num_train_timesteps' is 1, expected 2 to 100000",
                "DDIMScheduler | 'beta_start': 0 | 'beta_start' is 0.0, expected a number between 0 and 1",
                "DDIMScheduler | 'beta_end': 1.5 | 'beta_end' is 1.5, expected a number between 0 and 1",
                "DDIMScheduler | 'trained_betas': [0.1, 0.2]"
                        + "| 'trained_betas' has 2 values, expected num_train_timesteps = 1000",
                "DDIMScheduler | 'trained_betas': [0.1, -0.2], 'num_train_timesteps': 2 | 'trained_betas' is wrong:"
                        + " betas must be above 0 and below 1 (the last may be 1), beta 1 was -0.2",
                "DDPMScheduler | 'thresholding': true, 'dynamic_thresholding_ratio': 2"
                        + "| 'dynamic_thresholding_ratio' is 2.0, expected a number from 0 to 1",
                "DDPMScheduler | 'thresholding': true, 'sample_max_value': 0"
                        + "| 'sample_max_value' is 0.0, expected a number above 0",
                "DDPMScheduler | 'clip_sample_range': -1 | 'clip_sample_range' is -1.0, expected a number above 0",
                "EulerDiscreteScheduler | 'use_karras_sigmas': true, 'use_beta_sigmas': true |"
                        + " 'use_karras_sigmas' is true like use_beta_sigmas, expected one of them to be true at most",
                "DPMSolverMultistepScheduler | 'algorithm_type': 'dpmsolver' | 'final_sigmas_type' is \"zero\", expected"
                        + " \"sigma_min\" for algorithm_type \"dpmsolver\"",
                "DPMSolverMultistepScheduler | 'algorithm_type': 'sde-dpmsolver', 'final_sigmas_type': 'sigma_min',"
                        + " 'solver_order': 3 | 'solver_order' is 3, expected 1 or 2 for algorithm_type \"sde-dpmsolver\"",
                "DPMSolverMultistepScheduler | 'solver_order': 4 | 'solver_order' is 4, expected 1 to 3",
                "DPMSolverMultistepScheduler | 'variance_type': 'learned' | 'variance_type' is \"learned\", expected one of"
                        + " \"fixed_large\", \"fixed_large_log\", \"fixed_small\", \"fixed_small_log\"",
                "DPMSolverMultistepScheduler | 'use_lu_lambdas': true, 'use_beta_sigmas': true | 'use_lu_lambdas' is true"
                        + " like use_beta_sigmas, expected one of them to be true at most",
                "DPMSolverSinglestepScheduler | 'algorithm_type': 'sde-dpmsolver' | 'algorithm_type' is \"sde-dpmsolver\","
                        + " expected one of \"deis\", \"dpmsolver\", \"dpmsolver++\", \"sde-dpmsolver++\"",
                "DPMSolverSinglestepScheduler | 'use_flow_sigmas': true | 'use_flow_sigmas' is true, which the sampler DPM++ 2S"
                        + " does not know; DPM++ 2M does",
                "DEISMultistepScheduler | 'algorithm_type': 'sde-dpmsolver++' | 'algorithm_type' is \"sde-dpmsolver++\","
                        + " expected \"deis\"",
                "UniPCMultistepScheduler | 'solver_type': 'bh3' | 'solver_type' is \"bh3\", expected one of \"bh1\", \"bh2\","
                        + " \"heun\", \"logrho\", \"midpoint\"",
                "UniPCMultistepScheduler | 'solver_p': 'DDIM' | 'solver_p' is given, expected null: UniPC takes no other"
                        + " sampler for its predictor",
                "LCMScheduler | 'original_inference_steps': 1001 | 'original_inference_steps' is 1001, expected 1 to 1000",
                "DDIMScheduler | 'steps_offset': -1 | 'steps_offset' is -1, expected 0 to 999",
                "EulerDiscreteScheduler | 'sigma_min': 0 | 'sigma_min' is 0.0, expected a number above 0",
                "EulerDiscreteScheduler | 'sigma_min': 2, 'sigma_max': 1"
                        + "| 'sigma_min' is 2.0, expected less than sigma_max = 1.0",
                "EulerDiscreteScheduler | 'interpolation_type': 'cubic'"
                        + "| 'interpolation_type' is \"cubic\", expected one of \"linear\", \"log_linear\"",
                "EulerDiscreteScheduler | 'final_sigmas_type': 'one'"
                        + "| 'final_sigmas_type' is \"one\", expected one of \"sigma_min\", \"zero\"",
                "EulerDiscreteScheduler | 'timestep_type': 'half'"
                        + "| 'timestep_type' is \"half\", expected one of \"continuous\", \"discrete\"",
            })
    void aValueThatIsNotSupportedIsNamed(String className, String json, String message) {
        assertThatThrownBy(() -> sampler(className, json))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("scheduler_config.json: " + message);
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void stepsMustBeFromOneToTheTimestepsOfTraining(Sampler kind) {
        SamplerSpec sampler = SamplerSpec.of(stableDiffusion1(), kind);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sampler.start(0, 1))
                .withMessage("steps must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sampler.start(1001, 1))
                .withMessageMatching("steps must be at most (1000|999|50), the .*, was 1001");
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void theBeginIndexMustBeAmongTheTimesteps(Sampler kind) {
        SamplerSpec sampler = SamplerSpec.of(stableDiffusion1(), kind);
        int count = sampler.start(5, 1).timesteps().length;
        for (int beginIndex : new int[] {-1, count}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sampler.start(StepPlan.of(5), beginIndex, 1))
                    .withMessage("begin index must be from 0 to %d, was %d", count - 1, beginIndex);
        }
    }

    @Test
    void anOffsetBeyondTheTimestepsOfTrainingIsRefused() {
        SamplerSpec ddim = SamplerSpec.of(stableDiffusion1(), Sampler.DDIM);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ddim.start(1000, 1))
                .withMessage(
                        "1000 steps with steps_offset 1 lead to timestep 1000, beyond the 0 to 999 of the model's training;"
                                + " 999 steps stay within");
    }

    @Test
    void listsAreForSamplersThatTakeThem() {
        StepPlan timesteps = new StepPlan.Timesteps(List.of(900.0, 100.5));
        StepPlan sigmas = new StepPlan.Sigmas(List.of(14.0, 1.0, 0.0));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SamplerSpec.of(stableDiffusion1(), Sampler.DDIM).start(timesteps, 0, 1))
                .withMessage("DDIM takes a number of steps, got Timesteps[timesteps=[900.0, 100.5]]");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SamplerSpec.of(stableDiffusion1(), Sampler.DDPM).start(sigmas, 0, 1))
                .withMessage("DDPM takes a number of steps, got Sigmas[sigmas=[14.0, 1.0, 0.0]]");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SamplerSpec.of(stableDiffusion1(), Sampler.DDPM).start(timesteps, 0, 1))
                .withMessage("DDPM takes whole timesteps, got [900.0, 100.5]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sampler("EulerDiscreteScheduler", "'use_karras_sigmas': true")
                        .start(timesteps, 0, 1))
                .withMessage(
                        "timesteps can't be given to a sampler that finds them from its sigmas, were [900.0, 100.5]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sampler("EulerDiscreteScheduler", "'num_train_timesteps': 500")
                        .start(timesteps, 0, 1))
                .withMessage("timesteps must be at most 499, were [900.0, 100.5]");
    }

    @Test
    void listsMustDescend() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StepPlan.Timesteps(List.of(100.0, 100.0)))
                .withMessage("timesteps must be descending and not below 0, were [100.0, 100.0]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StepPlan.Timesteps(List.of()))
                .withMessage("at least one timestep is needed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StepPlan.Sigmas(List.of(1.0, -1.0)))
                .withMessage("sigmas must be descending and not below 0, were [1.0, -1.0]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StepPlan.Sigmas(List.of(1.0)))
                .withMessage("at least two sigmas are needed, got [1.0]");
    }

    @Test
    void rungeKuttaStepsBelongTogether() {
        SamplerSpec pndm = sampler("PNDMScheduler", "");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pndm.start(3, 1))
                .withMessage("PNDM with Runge-Kutta steps needs at least 4 steps, was 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pndm.start(StepPlan.of(10), 2, 1))
                .withMessage("PNDM with Runge-Kutta steps can't begin at index 2, only at 0");
    }

    @Test
    void aModelThatPredictsNoiseCannotReadPureNoise() {
        SamplerSpec ddim = sampler("DDIMScheduler", "'rescale_betas_zero_snr': true, 'timestep_spacing': 'trailing'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ddim.start(10, 1))
                .withMessage(
                        "a model that predicts noise can't start at timestep 999, where latents are nothing but noise; with"
                                + " zero terminal SNR it has to predict v or clean latents, or to start earlier, by leading"
                                + " timesteps");
        assertThat(ddim.start(StepPlan.of(10), 1, 1).timestep()).isEqualTo(899);
    }

    @Test
    void sigmaMinMustNotExceedTheFirstSigma() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sampler("EulerDiscreteScheduler", "'use_karras_sigmas': true, 'sigma_min': 1000")
                        .start(10, 1))
                .withMessageStartingWith("sigma_min = 1000.0 is above the largest sigma of these steps, 157.4");
    }

    @Test
    void churnMustNotBeNegative() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Euler.Churn(-1, 0, 1, 1))
                .withMessage("churn must be at least 0, was -1.0");
    }
}
