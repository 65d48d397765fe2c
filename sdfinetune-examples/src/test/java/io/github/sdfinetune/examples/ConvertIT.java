package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversion through the public API, with the implementation on the class path. */
class ConvertIT {
    private final Commands commands = new Commands();

    @TempDir
    private Path folder;

    @Test
    void aModelGoesToOneFileAndBack() throws IOException {
        Path model = folder.resolve("model");
        Path file = folder.resolve("model.safetensors");
        Path back = folder.resolve("back");
        commands.assertRuns("init-model", "--size", "tiny", "--output", model);
        commands.assertRuns("convert", "--model", model, "--output", file);
        commands.assertRuns("inspect", file);
        assertThat(commands.out())
                .contains("Stable Diffusion 1.x, one file (safetensors)", "unet", "text_encoder")
                .contains(file + " written, one file", "which can be loaded with configurations from a folder")
                .contains("its configuration can't be told from the file, give a folder in diffusers' layout");
        commands.assertRuns("convert", "--model", file, "--output", back, "--config", model);
        for (String weights : new String[] {
            "unet/diffusion_pytorch_model.safetensors",
            "vae/diffusion_pytorch_model.safetensors",
            "text_encoder/model.safetensors"
        }) {
            assertThat(Files.mismatch(model.resolve(weights), back.resolve(weights)))
                    .isEqualTo(-1);
        }
        commands.assertRuns("convert", "--model", back, "--output", back.resolveSibling("half"), "--dtype", "fp16");
        commands.assertRuns("inspect", back.resolveSibling("half"));
        assertThat(commands.out()).contains("Stable Diffusion 1.x (folder in diffusers' layout)", "[F16]");
        commands.assertRuns("inspect", "--keys", back.resolveSibling("half"));
        assertThat(commands.out()).contains("unet: conv_in.weight F16 [32, 4, 3, 3]");
    }

    @Test
    void theNameOfTheOutputSaysItsForm() throws IOException {
        Path model = folder.resolve("model");
        commands.assertRuns("init-model", "--size", "tiny", "--output", model);
        commands.assertRuns("convert", "--model", model, "--output", folder.resolve("model.ckpt"));
        commands.assertRuns("inspect", folder.resolve("model.ckpt"));
        assertThat(commands.out()).contains("Stable Diffusion 1.x, one file (torch, a pickle)");
        commands.assertRuns(
                "convert", "--model", folder.resolve("model.ckpt"), "--output", folder.resolve("model.safetensors"));
        commands.assertRuns("convert", "--model", model, "--output", folder.resolve("direct.safetensors"));
        assertThat(folder.resolve("model.safetensors")).hasSameBinaryContentAs(folder.resolve("direct.safetensors"));

        Path other = folder.resolve("model.bin");
        assertThat(commands.run("convert", "--model", model, "--output", other, "--format", "single-file"))
                .isNotZero();
        assertThat(commands.err()).contains(other + ": the name of a model in one file must say its form");
        assertThat(other).doesNotExist();
    }

    @Test
    void whatIsSaidToBePredictedIsWritten() {
        Path model = folder.resolve("model");
        commands.assertRuns("init-model", "--size", "tiny", "--output", model);
        commands.assertRuns(
                "convert", "--model", model, "--output", folder.resolve("v"), "--prediction", "v_prediction");
        commands.assertRuns("inspect", folder.resolve("v"));
        assertThat(commands.out()).contains("Stable Diffusion 1.x, v-prediction (folder");
    }

    @Test
    void whatKeepsAFileFromBeingAModelIsOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.safetensors"), "buy milk and bread");
        assertThat(commands.run("inspect", file)).isEqualTo(1);
        assertThat(commands.out().lines()).last().asString().startsWith("problem: is no safetensors file");
        assertThat(commands.run("inspect", folder.resolve("none"))).isEqualTo(1);
        assertThat(commands.err())
                .isEqualToIgnoringNewLines("error: " + folder.resolve("none") + ": no such file or folder");
    }
}
