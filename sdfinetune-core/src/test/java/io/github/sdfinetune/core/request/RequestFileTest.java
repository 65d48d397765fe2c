package io.github.sdfinetune.core.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.SavedRequest;
import io.github.sdfinetune.error.PictureFormatException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RequestFileTest {
    private static final Path PNG = Path.of("a.png");
    private static final String TEXT =
            RequestText.of(Generation.of("a mug").seed(3), "model", "abc").of(0);

    @Test
    void whatTheWebInterfaceSaysIsUsed() {
        SavedRequest request = parameters(
                "a (red:1.2) mug\nNegative prompt: blurry\nSteps: 20, Sampler: DPM++ 2M, Schedule type: Karras,"
                        + " CFG scale: 6.5, Seed: 4294967295, Size: 512x768, Model hash: 6ce0161689, Model: v1-5,"
                        + " Denoising strength: 0.4, Clip skip: 2, Hires upscale: 1.5, Hires steps: 9,"
                        + " Hires upscaler: Latent (nearest), Version: v1.10.1");
        Generation generation = request.toGeneration(RequestInputs.none());
        assertThat(request.notes()).isEmpty();
        assertThat(request.model()).isEqualTo("v1-5");
        assertThat(request.modelHash()).isEqualTo("6ce0161689");
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
                        .withSteps(9)
                        .withStrength(0.4)
                        .withUpscaling(HighResolution.Upscaling.LATENT_NEAREST));
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
                .contains("Hires upscaler: R-ESRGAN 4x+ can't be used: only Lanczos and those of latents are built");
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
                "\"version\": 1 | \"version\": 2 | 'version' is 2, expected 1",
                "\"picture\": 0 | \"picture\": 1 | 'picture' is 1, expected a place among 1",
                "\"steps\": 25 | \"steps\": 0 | steps must be from 1 to 1000, was 0",
                "\"steps\": 25 | \"steps\": \"many\" | 'steps' is \"many\", expected a whole number",
                "\"count\": 1 | \"count\": 2147483647 | 'count' is 2147483647, expected at most 100000 pictures",
                "\"count\": 1 | \"count\": 1, \"sampler\": \"magic\" | unknown sampler \"magic\"",
                "\"count\": 1 | \"count\": 1, \"start\": {\"kind\": \"X\"} | 'start.kind' is \"X\", expected one of",
                "\"count\": 1 | \"count\": 1, \"adapters\": [{\"scale\": 1}] | 'adapters[0].name' is missing",
                "\"count\": 1 | | no valid JSON",
            })
    void faultsAreNamed(String from, String to, String problem) {
        assertThat(TEXT).contains(from);
        String changed = TEXT.replace(from, to == null ? "\"count\" 1" : to);
        assertThatThrownBy(() -> RequestFile.of(PNG, Map.of("sdfinetune", changed)))
                .isInstanceOf(PictureFormatException.class)
                .hasMessageStartingWith("a.png: its text \"sdfinetune\": ")
                .hasMessageContaining(problem);
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
