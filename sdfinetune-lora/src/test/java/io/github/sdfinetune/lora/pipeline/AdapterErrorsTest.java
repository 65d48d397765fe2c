package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdapterErrorsTest {
    @TempDir
    private static Path folder;

    private static TinyPipeline tiny;
    private static Adapter trained;

    @TempDir
    private Path outputs;

    private Path file;

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
        trained = tiny.train(training().build());
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    @BeforeEach
    void save() {
        file = outputs.resolve("disc.safetensors");
        trained.save(file);
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> Adapter.load(outputs.resolve("absent.safetensors")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(outputs.resolve("absent.safetensors") + ": no such file");
    }

    @Test
    void aCutOffFileIsNoticed() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));

        assertThatThrownBy(() -> Adapter.load(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageEndingWith("(it is cut off)");
    }

    @Test
    void anAdapterForOtherLayersListsItsKeys() throws IOException {
        EditedSafetensors.read(file)
                .rename(key -> key.replace("mid_block", "mid_block.attentions.7"))
                .write();

        assertDoesNotFit(
                "keys match no layer of this model (Stable Diffusion 1.x); the first: ", "mid_block.attentions.7");
    }

    @Test
    void anAdapterForAWiderModelListsItsKeys() throws IOException {
        String key = "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_k";
        EditedSafetensors.read(file)
                .put(key + ".lora_A.weight", 2, 768)
                .put(key + ".lora_B.weight", 1280, 2)
                .write();

        assertDoesNotFit(
                "keys have other shapes than the layers of this model (Stable Diffusion 1.x); the first: ",
                key
                        + ".lora_A.weight (768 to 1280 features, expected 64 to 64) (looks like a LoRA for Stable Diffusion 1.x)");
    }

    private void assertDoesNotFit(String problem, String key) {
        Adapter adapter = Adapter.load(file);
        long open = Tensor.open();

        assertThatThrownBy(() -> tiny.generate(generation().with(adapter, 1)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(problem)
                .hasMessageContaining(key);
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @Test
    void aFactorWithoutItsPartnerIsNamed() throws IOException {
        String key = "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_k.lora_B.weight";
        EditedSafetensors.read(file).remove(key).write();

        assertThatThrownBy(() -> Adapter.load(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(key.replace("lora_B", "lora_A"));
    }

    @Test
    void anUnknownFormatIsNamed() {
        assertThatThrownBy(() -> AdapterFormat.of("onnx"))
                .hasMessage("unknown adapter format \"onnx\", expected one of diffusers, kohya");
    }
}
