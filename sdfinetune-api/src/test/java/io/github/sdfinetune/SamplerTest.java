package io.github.sdfinetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerTest {
    private static final List<UnaryOperator<Sampler>> SPREADS =
            List.of(Sampler::karras, Sampler::exponential, Sampler::beta, Sampler::lambdaUniform);
    private static final List<UnaryOperator<Sampler>> SPACINGS =
            List.of(Sampler::leading, Sampler::linspace, Sampler::trailing);

    static Iterable<Sampler> samplers() {
        return Sampler.all();
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void aSamplerIsFoundByItsName(Sampler sampler) {
        assertThat(Sampler.of(sampler.name())).isSameAs(sampler).hasToString(sampler.name());
        assertThat(Sampler.of(sampler.name().toUpperCase(Locale.ROOT))).isSameAs(sampler);
        assertThat(Sampler.of(sampler.name().replace(" ", "_").replace("++", "pp")))
                .isSameAs(sampler);
        assertThat(Sampler.of(sampler.schedulerClass()).schedulerClass()).isEqualTo(sampler.schedulerClass());
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, DDIM",
        "pndm, PLMS",
        "plms, PLMS",
        "lms, LMS",
        "LMS Karras, LMS Karras",
        "euler_a, Euler a",
        "euler ancestral, Euler a",
        "EulerAncestralDiscreteScheduler, Euler a",
        "dpm2, DPM2",
        "dpm_2_ancestral, DPM2 a",
        "kdpm2_a karras, DPM2 a Karras",
        "DPM2 a Karras, DPM2 a Karras",
        "dpmpp_2m, DPM++ 2M",
        "dpmsolver++, DPM++ 2M",
        "DPM++ 2M Karras, DPM++ 2M Karras",
        "dpmpp-2m-karras, DPM++ 2M Karras",
        "DPM++ 2M SDE Exponential, DPM++ 2M SDE Exponential",
        "DPM++ 3M SDE Karras, DPM++ 3M SDE Karras",
        "dpm++ 2m lambda-uniform, DPM++ 2M Lambda Uniform",
        "DPM++ SDE Karras, DPM++ SDE Karras",
        "DPMSolverMultistepScheduler, DPM++ 2M",
        "DPMSolverSinglestepScheduler, DPM++ 2S",
        "uni_pc, UniPC",
        "Euler Beta, Euler Beta",
        "dpmpp_1m, DPM++ 1M",
        "DPM++ 1S SDE Karras, DPM++ 1S SDE Karras",
        "dpm++ 2s sde, DPM++ SDE",
        "dpmpp_3s, DPM++ 3S",
        "DPM++ 3S SDE, DPM++ 3S SDE",
        "ddim trailing, DDIM Trailing",
        "euler_a-leading, Euler a Leading",
        "DPM++ 2M Karras Trailing, DPM++ 2M Karras Trailing",
        "dpm++ 2m lambda uniform linspace, DPM++ 2M Lambda Uniform Linspace",
        "Euler SGM Uniform, Euler Trailing",
        "dpmpp_2m_sde_simple, DPM++ 2M SDE Trailing",
    })
    void namesOfOthersAreKnown(String asked, String name) {
        assertThat(Sampler.of(asked).name()).isEqualTo(name);
    }

    @Test
    void aSamplerSaysWhatItChangesInAConfiguration() {
        assertThat(Sampler.EULER.settings()).isEmpty();
        assertThat(Sampler.DPM_PP_2M_SDE.settings())
                .isEqualTo(Map.of("algorithm_type", "sde-dpmsolver++", "solver_order", 2));
        assertThat(Sampler.EULER.karras().settings())
                .isEqualTo(
                        Map.of("use_karras_sigmas", true, "use_exponential_sigmas", false, "use_beta_sigmas", false));
        assertThat(Sampler.DPM_PP_3M.lambdaUniform().settings())
                .containsEntry("use_lu_lambdas", true)
                .containsEntry("solver_order", 3);
        assertThat(Sampler.DDIM.trailing().settings()).isEqualTo(Map.of("timestep_spacing", "trailing"));
        assertThat(Sampler.EULER.karras().linspace().settings())
                .containsEntry("use_karras_sigmas", true)
                .containsEntry("timestep_spacing", "linspace");
        assertThat(Sampler.DPM_PP_1S_SDE.settings())
                .isEqualTo(Map.of("algorithm_type", "sde-dpmsolver++", "solver_order", 1));
    }

    static Stream<Sampler> variants() {
        return Sampler.all().stream()
                .flatMap(sampler -> Stream.concat(Stream.of(sampler), choices(SPREADS, sampler)))
                .flatMap(sampler -> Stream.concat(Stream.of(sampler), choices(SPACINGS, sampler)));
    }

    private static Stream<Sampler> choices(List<UnaryOperator<Sampler>> choices, Sampler sampler) {
        return choices.stream().flatMap(choice -> {
            try {
                return Stream.of(choice.apply(sampler));
            } catch (IllegalArgumentException e) {
                return Stream.empty();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("variants")
    void theNameCarriesEveryChoice(Sampler sampler) {
        assertThat(Sampler.of(sampler.name())).isEqualTo(sampler);
        assertThat(Sampler.of(sampler.name()).settings()).isEqualTo(sampler.settings());
        assertThat(Sampler.of(sampler.name()).schedulerClass()).isEqualTo(sampler.schedulerClass());
    }

    @Test
    void noTwoVariantsHaveOneName() {
        assertThat(variants()).doesNotHaveDuplicates().hasSize(274);
    }

    @Test
    void theLastChoiceOfAKindCounts() {
        assertThat(Sampler.HEUN.karras().beta()).isEqualTo(Sampler.HEUN.beta());
        assertThat(Sampler.HEUN.karras().beta().settings())
                .isEqualTo(Sampler.HEUN.beta().settings());
        assertThat(Sampler.DDIM.leading().trailing()).isEqualTo(Sampler.DDIM.trailing());
        assertThat(Sampler.EULER.trailing().karras())
                .isEqualTo(Sampler.EULER.karras().trailing())
                .hasToString("Euler Karras Trailing");
    }

    @Test
    void equalNamesAreEqualSamplers() {
        assertThat(Sampler.HEUN.karras())
                .isEqualTo(Sampler.of("heun karras"))
                .hasSameHashCodeAs(Sampler.of("Heun Karras"));
        assertThat(Sampler.HEUN.karras()).isNotEqualTo(Sampler.HEUN).isNotEqualTo(Sampler.HEUN.beta());
        assertThat(Sampler.HEUN.exponential()).isEqualTo(Sampler.of("Heun Exponential"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dpm++ 2m karas | ; did you mean \"DPM++ 2M Karras\"? There are DDIM, PLMS,",
                "DPM++ 2S a | ; did you mean \"DPM++ 2S\"? There are DDIM,",
                "eular | ; did you mean \"Euler\"? There are DDIM,",
                "ddim tailing | ; did you mean \"DDIM Trailing\"? There are DDIM,",
                "restart | . There are DDIM, PLMS, DDPM, Euler, Euler a, LMS, Heun, DPM2, DPM2 a, DPM++ 1M, DPM++ 1M SDE,"
                        + " DPM++ 2M, DPM++ 2M SDE, DPM++ 3M, DPM++ 3M SDE, DPM++ 1S, DPM++ 1S SDE, DPM++ 2S, DPM++ SDE,"
                        + " DPM++ 3S, DPM++ 3S SDE, UniPC, DEIS, LCM, TCD; with Karras, Exponential or Beta behind the name:"
                        + " Euler, LMS, Heun, DPM2, DPM2 a, DPM++ 1M, DPM++ 1M SDE, DPM++ 2M, DPM++ 2M SDE, DPM++ 3M,"
                        + " DPM++ 3M SDE, DPM++ 1S, DPM++ 1S SDE, DPM++ 2S, DPM++ SDE, DPM++ 3S, DPM++ 3S SDE, UniPC, DEIS;"
                        + " with Lambda Uniform: DPM++ 1M, DPM++ 1M SDE, DPM++ 2M, DPM++ 2M SDE, DPM++ 3M, DPM++ 3M SDE;"
                        + " with Leading, Linspace or Trailing behind all else: DDIM, PLMS, DDPM, Euler, Euler a, LMS, Heun,"
                        + " DPM2, DPM2 a, DPM++ 1M, DPM++ 1M SDE, DPM++ 2M, DPM++ 2M SDE, DPM++ 3M, DPM++ 3M SDE, UniPC, DEIS",
            })
    void anUnknownNameHasSuggestions(String name, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sampler.of(name))
                .withMessageStartingWith("unknown sampler \"" + name + "\"" + message);
    }

    @Test
    void aChoiceThatASamplerDoesNotHaveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(Sampler.HEUN::lambdaUniform)
                .withMessage("Heun has no Lambda Uniform sigmas to choose; DPM++ 1M, DPM++ 1M SDE, DPM++ 2M,"
                        + " DPM++ 2M SDE, DPM++ 3M, DPM++ 3M SDE have");
        assertThatIllegalArgumentException()
                .isThrownBy(Sampler.EULER_ANCESTRAL::karras)
                .withMessageStartingWith("Euler a has no Karras sigmas to choose; Euler, LMS, Heun,");
        assertThatIllegalArgumentException()
                .isThrownBy(Sampler.DPM_PP_2S::trailing)
                .withMessageStartingWith(
                        "DPM++ 2S has no Trailing timesteps to choose; DDIM, PLMS, DDPM, Euler, Euler a,")
                .withMessageEndingWith("DPM++ 3M SDE, UniPC, DEIS have");
        assertThatIllegalArgumentException()
                .isThrownBy(Sampler.LCM::leading)
                .withMessageStartingWith("LCM has no Leading timesteps to choose; DDIM,");
    }
}
