package io.github.sdfinetune.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ModelIndexTest {
    private static final Path PATH = Path.of("model_index.json");
    private static final String INDEX = """
            {"_class_name": "StableDiffusionPipeline", "safety_checker": [null, null],
             "scheduler": ["diffusers", "PNDMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
             "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
             "vae": ["diffusers", "AutoencoderKL"]}""";

    @Test
    void anAbsentNegativePromptIsZerosForXlOnly() {
        assertThat(read(INDEX)).isEqualTo(new ModelIndex(false, false));
        String xl = INDEX.replace("StableDiffusionPipeline", "StableDiffusionXLPipeline");
        assertThat(read(xl)).isEqualTo(new ModelIndex(true, false));
        assertThat(read(xl.replace("{", "{\"force_zeros_for_empty_prompt\": false, ")))
                .isEqualTo(new ModelIndex(false, false));
        assertThat(read(xl.replace("{", "{\"requires_aesthetics_score\": true, ")))
                .isEqualTo(new ModelIndex(true, true));
    }

    @Test
    void otherModelsAreRecognised() {
        fails(
                INDEX.replace("StableDiffusionPipeline", "StableDiffusion3Pipeline"),
                "'_class_name' is \"StableDiffusion3Pipeline\", which is Stable Diffusion 3; supported are Stable"
                        + " Diffusion 1.x, 2.x, XL and the XL refiner, and their inpainting models");
        fails(
                INDEX.replace("StableDiffusionPipeline", "FluxPipeline"),
                "'_class_name' is \"FluxPipeline\", which is Flux; supported are Stable Diffusion 1.x, 2.x, XL and the"
                        + " XL refiner, and their inpainting models");
        fails(
                INDEX.replace("StableDiffusionPipeline", "OtherPipeline"),
                "'_class_name' is \"OtherPipeline\"; supported are Stable Diffusion 1.x, 2.x, XL and the XL refiner, and"
                        + " their inpainting models");
    }

    @Test
    void missingComponentsAreNamed() {
        fails(INDEX.replace("\"vae\"", "\"other\""), "'vae' is missing, a Stable Diffusion model needs it");
        fails(
                INDEX.replace("[\"diffusers\", \"PNDMScheduler\"]", "[null, null]"),
                "'scheduler' is missing, a Stable Diffusion model needs it");
        fails(
                INDEX.replace("[\"transformers\", \"CLIPTextModel\"]", "[null, null]"),
                "'text_encoder' is missing, a Stable Diffusion model needs it");
        fails(INDEX.replace("\"AutoencoderKL\"", "\"AutoencoderKL\", 1"), "'vae' is 1, expected a list of strings");
        fails(
                INDEX.replace("\"AutoencoderKL\"", "\"a\", \"b\""),
                "'vae' is [diffusers, a, b], expected [library, class]");
    }

    @Test
    void componentsOfAnotherKindAreNamed() {
        fails(
                INDEX.replace("AutoencoderKL", "AutoencoderTiny"),
                "'vae' is a \"AutoencoderTiny\", supported: [AutoencoderKL]");
    }

    private static ModelIndex read(String json) {
        return ModelIndex.from(JsonFile.parse(PATH, json));
    }

    private static void fails(String json, String problem) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(PATH + ": " + problem);
    }
}
