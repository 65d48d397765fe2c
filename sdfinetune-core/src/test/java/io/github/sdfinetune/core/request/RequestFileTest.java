package io.github.sdfinetune.core.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.SavedRequest;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.error.PictureFormatException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RequestFileTest {
    private static final Path PNG = Path.of("a.png");
    private static final RequestText REQUEST = RequestText.of(
            Generation.of("a mug").count(3).seed(3),
            Map.of(),
            Origin.here("model", "abc", Precision.BFLOAT16, Prediction.V_PREDICTION, "cuda:1"));
    private static final String TEXT = REQUEST.of(List.of(new Place(0, false)));

    @Test
    void whatTheWebInterfaceSaysIsUsed() {
        SavedRequest request = parameters(
                "a (red:1.2) mug\nNegative prompt: blurry\nSteps: 20, Sampler: DPM++ 2M, Schedule type: Karras,"
                        + " CFG scale: 6.5, Seed: 4294967295, Size: 512x768, Model hash: 6ce0161689, Model: v1-5,"
                        + " Denoising strength: 0.4, Clip skip: 2, Hires upscale: 1.5, Hires steps: 9,"
                        + " Hires upscaler: Latent (nearest), RNG: CPU, Version: v1.10.1");
        Generation generation = request.toGeneration(RequestInputs.none());
        assertThat(request.notes()).isEmpty();
        assertThat(request.model()).contains("v1-5");
        assertThat(request.modelHash()).contains("6ce0161689");
        assertThat(generation.prompts()).containsExactly("a (red:1.2) mug");
        assertThat(generation.negativePrompts()).containsExactly("blurry");
        assertThat(generation.promptSyntax()).isEqualTo(PromptSyntax.A1111);
        assertThat(generation.steps()).isEqualTo(20);
        assertThat(generation.sampler()).contains(Sampler.DPM_PP_2M.karras());
        assertThat(generation.guidanceScale()).isEqualTo(6.5);
        assertThat(generation.seeds()).containsExactly(4294967295L);
        assertThat(generation.width()).hasValue(512);
        assertThat(generation.height()).hasValue(768);
        assertThat(generation.clipSkips()).containsExactly(1);
        assertThat(generation.highResolution())
                .contains(HighResolution.of(768, 1152)
                        .withSteps(23) // of which 9 are done
                        .withStrength(0.4)
                        .withUpscaling(HighResolution.Upscaling.LATENT_NEAREST));
    }

    @ParameterizedTest
    @CsvSource({
        "20, 0.5, '', 40",
        "20, 0.7, 'Hires steps: 7,', 10",
        "20, 0.7, 'Hires steps: 21,', 30",
        "20, 1, 'Hires steps: 9,', 9",
        "20, 0, 'Hires steps: 9,', 9"
    })
    void ofASecondPassAsManyStepsAreDoneAsThere(int steps, double strength, String secondSteps, int expected) {
        SavedRequest request = parameters("a mug\nSteps: " + steps + ", Size: 512x768, " + secondSteps
                + " Hires upscale: 2, Denoising strength: " + strength);

        assertThat(request.notes()).isEmpty();
        assertThat(request.toGeneration(RequestInputs.none()).highResolution())
                .contains(HighResolution.of(1024, 1536).withSteps(expected).withStrength(strength));
    }

    @ParameterizedTest
    @CsvSource({"0.5, 1200", "1e-300, 2147483647"})
    void tooManyStepsOfASecondPassAreNoted(String strength, int steps) {
        SavedRequest request = parameters("a mug\nSteps: 20, Size: 512x768, Hires upscale: 2, Hires steps: 600,"
                + " Denoising strength: " + strength);

        assertThat(request.notes())
                .containsExactly("Denoising strength: " + strength
                        + " can't be used: steps must be from 1 to 1000, was " + steps);
    }

    @Test
    void otherNoiseIsNoted() {
        assertThat(parameters("a mug\nSteps: 20, Seed: 3, RNG: NV").notes()).containsExactly("RNG: NV is not used");
    }

    @Test
    void noiseOfAGraphicsCardIsNoted() {
        assertThat(parameters("a mug\nSteps: 20, Sampler: Euler, Seed: 3").notes())
                .containsExactly(
                        "it does not say RNG: CPU, so its noise was drawn on a graphics card, and its seed gives"
                                + " another picture here");
        assertThat(parameters("a mug\nSteps: 20, Seed: 3, RNG: CPU").notes()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.github.sdfinetune.Sampler#all")
    void etaIsOfTheSamplersThatReadIt(Sampler sampler) {
        SchedulerConfig config =
                SchedulerConfig.of(JsonFile.parse(Path.of("config.json"), "{\"_class_name\": \"DDIMScheduler\"}"));
        double eta = SamplerSpec.of(config, sampler).withEta(0.5).eta();
        SavedRequest request = parameters("a mug\nSteps: 20, Sampler: " + sampler + ", Eta: 0.5");

        assertThat(request.toGeneration(RequestInputs.none()).eta()).isEqualTo(eta);
        if (eta > 0) {
            assertThat(request.notes()).isEmpty();
        } else {
            assertThat(request.notes())
                    .containsExactly("Eta: 0.5 can't be used: " + sampler + " has no such setting here");
        }
    }

    @ParameterizedTest
    @EnumSource
    void allUpscalersAreKnownByTheirNamesThere(HighResolution.Upscaling upscaling) {
        SavedRequest request =
                parameters("a mug\nSteps: 20, Size: 512x768, Hires upscale: 2, Hires upscaler: " + upscaling.label());

        assertThat(request.notes()).isEmpty();
        assertThat(request.toGeneration(RequestInputs.none()).highResolution())
                .contains(HighResolution.of(1024, 1536).withUpscaling(upscaling));
    }

    @Test
    void otherUpscalersAreNoted() {
        SavedRequest request =
                parameters("a mug\nSteps: 20, Size: 512x768, Hires upscale: 2, Hires upscaler: R-ESRGAN 4x+");

        assertThat(request.notes())
                .singleElement()
                .asString()
                .isEqualTo(
                        "Hires upscaler: R-ESRGAN 4x+ can't be used: unknown upscaler \"R-ESRGAN 4x+\", expected one of"
                                + " latent, latent_antialiased, latent_bicubic, latent_bicubic_antialiased, latent_nearest,"
                                + " latent_nearest_exact, lanczos");
    }

    @ParameterizedTest
    @CsvSource({
        "SGM Uniform, DPM++ 2M Trailing",
        "Simple, DPM++ 2M Trailing",
        "Exponential, DPM++ 2M Exponential",
        "Automatic, DPM++ 2M"
    })
    void theScheduleTypeBelongsToTheSampler(String type, String sampler) {
        SavedRequest request = parameters("a mug\nSteps: 20, Sampler: DPM++ 2M, Schedule type: " + type);
        assertThat(request.notes()).isEmpty();
        assertThat(request.toGeneration(RequestInputs.none()).sampler()).contains(Sampler.of(sampler));
    }

    @Test
    void whatIsNotUnderstoodIsNoted() {
        SavedRequest request =
                parameters("a mug\nSteps: 5000, Sampler: Restart, CFG scale: high, Size: big, Denoising strength: 0.5");
        assertThat(request.notes())
                .hasSize(5)
                .allSatisfy(note -> assertThat(note)
                        .containsAnyOf(
                                "Steps: 5000 can't be used: steps must be from 1 to 1000",
                                "Sampler: Restart can't be used: unknown sampler",
                                "CFG scale: high can't be used",
                                "Size: big can't be used: expected WIDTHxHEIGHT",
                                "made from a picture"));
        assertThat(request.toGeneration(RequestInputs.none()).steps())
                .isEqualTo(Generation.of("").steps());
    }

    @Test
    void promptWithoutValuesIsAPrompt() {
        assertThat(parameters("a mug").toGeneration(RequestInputs.none()).prompts())
                .containsExactly("a mug");
    }

    @Test
    void objectCountsBeforeTheText() {
        SavedRequest request = RequestFile.of(PNG, Map.of("sdfinetune", TEXT, "parameters", "another"));
        assertThat(request.toGeneration(RequestInputs.none()).prompts()).containsExactly("a mug");
        assertThat(request.parameters()).isEqualTo("another");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"version\": 2 | \"version\": 1 | 'version' is 1, expected 2: another version of sdfinetune wrote it",
                "\"library\": | \"a\": | 'library' is missing",
                "BFLOAT16 | int4 | 'model.precision' is \"int4\", expected one of \"BFLOAT16\", \"FLOAT16\", \"FLOAT32\"",
                "V_PREDICTION | noise | 'model.prediction' is \"noise\", expected one of \"EPSILON\"",
                "\"device\": \"cuda:1\" | \"device\": 1 | 'model.device' is 1, expected a string",
                "\"pictures\": [ 0 ] | \"pictures\": [ 0, 3 ] | 'pictures' holds 3, expected places among 3 from 0",
                "\"pictures\": [ 0 ] | \"pictures\": [ -1 ] | 'pictures' holds -1, expected places among 3 from 0",
                "\"pictures\": [ 0 ] | \"pictures\": [ ] | 'pictures' is empty, expected the places",
                "\"pictures\": [ 0 ] | \"pictures\": [ 0 ], \"replaced\": [ 1 ] | 'replaced' holds 1, expected some of 'pictures'",
                "\"steps\": 25 | \"steps\": 0 | steps must be from 1 to 1000, was 0",
                "\"steps\": 25 | \"steps\": \"many\" | 'steps' is \"many\", expected a whole number",
                "\"count\": 3 | \"count\": 2147483647 | 'count' is 2147483647, expected at most 100000 pictures",
                "\"count\": 3 | \"count\": 3, \"sampler\": \"magic\" | unknown sampler \"magic\"",
                "\"count\": 3 | \"count\": 3, \"start\": {\"kind\": \"X\"} | 'start.kind' is \"X\", expected one of",
                "\"count\": 3 | \"count\": 3, \"adapters\": [{\"scale\": 1}] | 'adapters[0].name' is missing",
                "\"count\": 3 | \"count\": 3, \"adapters\": [{\"name\": \"a\", \"hash\": \"AB\"}] | 'adapters[0].hash' is \"AB\", expected 64",
                "\"count\": 3 | \"count\": 3, \"promptAdapters\": [{\"name\": \"a\"}] | 'promptAdapters[0].hash' is missing",
                "\"count\": 3 | \"count\": 3, \"controls\": [{\"net\": \"a\"}] | 'controls[0].hash' is missing",
                "\"count\": 3 | | no valid JSON",
            })
    void faultsAreNamed(String from, String to, String problem) {
        String text = TEXT.replaceAll("\\s+", " ");
        assertThat(text).contains(from);
        String changed = text.replace(from, to == null ? "\"count\" 3" : to);
        assertThatThrownBy(() -> RequestFile.of(PNG, Map.of("sdfinetune", changed)))
                .isInstanceOf(PictureFormatException.class)
                .hasMessageStartingWith("a.png: its text \"sdfinetune\": ")
                .hasMessageContaining(problem);
    }

    @Test
    void whatMadeItIsSaid() {
        SavedRequest request = RequestFile.of(PNG, Map.of("sdfinetune", TEXT));
        assertThat(request.library().orElseThrow()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(request.model()).contains("model");
        assertThat(request.modelHash()).contains("abc");
        assertThat(request.precision()).contains(Precision.BFLOAT16);
        assertThat(request.prediction()).contains(Prediction.V_PREDICTION);
        assertThat(request.device()).contains("cuda:1");
        assertThat(request.notes()).isEmpty();
    }

    @Test
    void gridSaysWhichPicturesItShowsAndWhichWereReplaced() {
        String grid = REQUEST.of(List.of(new Place(0, false), new Place(2, true)));
        SavedRequest request = RequestFile.of(PNG, Map.of("sdfinetune", grid));
        assertThat(request.pictures()).containsExactly(0, 2);
        assertThat(request.notes())
                .containsExactly("an image check replaced number 2 of the grid's pictures; the request gives what was"
                        + " there before");
    }

    @Test
    void otherProgramsDoNotSayHowTheModelWasLoaded() {
        SavedRequest request = parameters("a mug\nSteps: 20, Sampler: Euler, Seed: 1, Version: v1.9.4");
        assertThat(request.precision()).isEmpty();
        assertThat(request.prediction()).isEmpty();
        assertThat(request.device()).isEmpty();
        assertThat(request.library()).isEmpty();
        assertThat(request.pictures()).containsExactly(0);
    }

    @Test
    void whatExtensionsOfTheWebInterfaceDidIsNoted() {
        SavedRequest request =
                parameters("a mug <lora:mug:1>\nSteps: 20, Sampler: Euler, Schedule type: KL Optimal, Seed: 1,"
                        + " ControlNet 0: \"Module: canny, Model: control_v11p_sd15_canny [d14c016b], Weight: 1.0, Resize Mode: Crop"
                        + " and Resize, Guidance Start: 0.0, Guidance End: 1.0, Control Mode: Balanced\", Lora hashes: \"mug:"
                        + " 9c783c8ce46c\", TI hashes: \"easynegative: c74b4e810b03\", RNG: CPU, Version: v1.9.4");
        assertThat(request.notes())
                .containsExactly(
                        "Schedule type: KL Optimal is not used",
                        "ControlNet 0: Module: canny, Model: control_v11p_sd15_canny [d14c016b], Weight: 1.0, Resize"
                                + " Mode: Crop and Resize, Guidance Start: 0.0, Guidance End: 1.0, Control Mode:"
                                + " Balanced is not used",
                        "Lora hashes: mug: 9c783c8ce46c is not used",
                        "TI hashes: easynegative: c74b4e810b03 is not used");
    }

    @Test
    void fileWithoutTextsSaysSo() {
        assertThatThrownBy(() -> RequestFile.of(PNG, Map.of("Title", "sunset")))
                .isInstanceOf(PictureFormatException.class)
                .hasMessageContaining("does not say what made it");
    }

    private static SavedRequest parameters(String text) {
        return RequestFile.of(PNG, Map.of("parameters", text));
    }
}
