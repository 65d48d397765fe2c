package io.github.sdfinetune.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelIndexTest {
    private static final String INDEX = """
            {"_class_name": "StableDiffusionPipeline", "safety_checker": [null, null],
             "scheduler": ["diffusers", "PNDMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
             "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
             "vae": ["diffusers", "AutoencoderKL"]}""";

    @TempDir
    Path folder;

    @BeforeEach
    void makeFolders() throws IOException {
        for (String component : List.of("scheduler", "text_encoder", "tokenizer", "unet", "vae")) {
            Files.createDirectories(folder.resolve(component));
        }
    }

    @Test
    void theSchedulerAndTheFoldersAreKnown() throws IOException {
        write(INDEX);
        ModelIndex index = ModelIndex.read(folder);
        assertThat(index.schedulerClass()).isEqualTo("PNDMScheduler");
        assertThat(index.component("unet")).isEqualTo(folder.resolve("unet"));
    }

    @Test
    void otherPipelinesAreNotSupportedYet() throws IOException {
        write(INDEX.replace("StableDiffusionPipeline", "StableDiffusionXLPipeline"));
        fails("'_class_name' is \"StableDiffusionXLPipeline\", supported for now is \"StableDiffusionPipeline\""
                + " (Stable Diffusion 1.x)");
    }

    @Test
    void missingComponentsAreNamed() throws IOException {
        write(INDEX.replace("\"vae\"", "\"other\""));
        fails("'vae' is missing, a Stable Diffusion model needs it");
        write(INDEX.replace("[\"diffusers\", \"PNDMScheduler\"]", "[null, null]"));
        fails("'scheduler' is missing, a Stable Diffusion model needs it");
        write(INDEX.replace("\"PNDMScheduler\"", "\"PNDMScheduler\", 1"));
        fails("'scheduler' is 1, expected a list of strings");
        write(INDEX.replace("\"PNDMScheduler\"", "\"a\", \"b\""));
        fails("'scheduler' is [diffusers, a, b], expected [library, class]");
    }

    @Test
    void componentsOfAnotherKindAreNamed() throws IOException {
        write(INDEX.replace("AutoencoderKL", "AutoencoderTiny"));
        fails("'vae' is a \"AutoencoderTiny\", supported: [AutoencoderKL]");
    }

    @Test
    void missingFoldersAreNamed() throws IOException {
        write(INDEX);
        Files.delete(folder.resolve("unet"));
        assertThatThrownBy(() -> ModelIndex.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(folder.resolve("unet") + ": no such folder, but model_index.json names it");
    }

    @Test
    void whatIsNoModelFolderIsSaidToBe() throws IOException {
        assertThatThrownBy(() -> ModelIndex.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(folder + ": has no model_index.json, expected a model in the layout of diffusers");
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> ModelIndex.read(missing))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(missing + ": no such folder");
        Path file = Files.createFile(folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> ModelIndex.read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("single-file checkpoints are not supported yet");
    }

    private void write(String json) throws IOException {
        Files.writeString(folder.resolve("model_index.json"), json);
    }

    private void fails(String problem) {
        assertThatThrownBy(() -> ModelIndex.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(folder.resolve("model_index.json") + ": " + problem);
    }
}
