package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.AdapterRegistry;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LoRAs on models with two text encoders, and on those of SD 2.x. */
@Tag("reference")
final class LoraOfFamiliesTest {
    private static final String PROMPT = "a red disc";

    @TempDir
    private Path folder;

    private static Path model(String name) {
        Path model = ReferenceFolder.get().path("models/" + name);
        assumeThat(Files.isDirectory(model.resolve("tokenizer"))).isTrue();
        return model;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sdxl", "sd2v"})
    void aLoraActsAsIfItWereMergedIntoTheWeights(String name) throws IOException {
        assertActsAsIfMerged(model(name));
    }

    @Test
    void aLoraActsOnTheRefinerToo() throws IOException {
        Path refiner = TinyRefiner.of(model("sdxl"), folder.resolve("refiner"));
        assertThat(TinyLora.of(refiner).only("text_encoder_2").size()).isPositive();
        assertActsAsIfMerged(refiner);
    }

    private void assertActsAsIfMerged(Path model) throws IOException {
        TinyLora lora = TinyLora.of(model);
        Adapter adapter = Adapter.load(lora.writePeft(folder.resolve("lora.safetensors")));
        ModelCopy merged = ModelCopy.of(model, folder.resolve("merged"));
        lora.mergeInto(merged, 0.8, 0.8);
        try (Pipeline base = SmallModels.load(model);
                Pipeline changed = SmallModels.load(merged.folder())) {
            Generation plain = SmallModels.request(PROMPT);
            byte[] expected = rgb(changed, plain);
            assertThat(difference(rgb(base, plain.with(adapter, 0.8f)), expected))
                    .isLessThan(2);
            assertThat(difference(rgb(base, plain), expected)).isGreaterThan(20);
        }
    }

    @Test
    void everyLayoutGivesTheSamePicture() {
        Path model = model("sdxl");
        TinyLora lora = TinyLora.of(model);
        try (Pipeline pipeline = SmallModels.load(model)) {
            byte[] expected = with(pipeline, lora.writePeft(folder.resolve("peft.safetensors")));
            assertThat(with(pipeline, lora.writeKohya(folder.resolve("kohya.safetensors"))))
                    .isEqualTo(expected);
            assertThat(with(pipeline, lora.writeOriginalKohya(folder.resolve("original.safetensors"))))
                    .isEqualTo(expected);
            assertThat(with(pipeline, lora.writeProcessors(folder.resolve("processors.safetensors"))))
                    .isEqualTo(expected);
        }
    }

    @Test
    void whatWasReadAndSavedGivesTheSamePicture() {
        Path model = model("sdxl");
        TinyLora lora = TinyLora.of(model);
        Path peft = lora.writePeft(folder.resolve("peft.safetensors"));
        Path original = lora.writeOriginalKohya(folder.resolve("original.safetensors"));
        try (Pipeline pipeline = SmallModels.load(model)) {
            byte[] expected = with(pipeline, peft);
            assertThat(with(pipeline, saved(peft, AdapterFormat.DIFFUSERS))).isEqualTo(expected);
            assertThat(with(pipeline, saved(peft, AdapterFormat.KOHYA))).isEqualTo(expected);
            assertThat(with(pipeline, saved(original, AdapterFormat.KOHYA))).isEqualTo(expected);
        }
    }

    private Path saved(Path file, AdapterFormat format) {
        Adapter adapter = Adapter.load(file);
        Path copy = folder.resolve("copy.safetensors");
        adapter.save(copy, format);
        assertThat(Adapter.load(copy).hash()).isEqualTo(adapter.hash());
        return copy;
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet", "text_encoder", "text_encoder_2"})
    void everyNetworkIsChanged(String component) {
        Path model = model("sdxl");
        TinyLora lora = TinyLora.of(model).only(component);
        try (Pipeline pipeline = SmallModels.load(model)) {
            byte[] changed = with(pipeline, lora.writeOriginalKohya(folder.resolve("part.safetensors")));
            assertThat(difference(changed, rgb(pipeline, SmallModels.request(PROMPT))))
                    .isGreaterThan(2);
        }
    }

    @Test
    void thePromptWeighsTextEncodersAndUNetApart() throws IOException {
        Path model = model("sdxl");
        TinyLora lora = TinyLora.of(model);
        Adapter adapter = Adapter.load(lora.writeOriginalKohya(folder.resolve("ink.safetensors")));
        Generation named = SmallModels.request(PROMPT + "<lora:ink:te=0.5:unet=0.9>")
                .promptSyntax(PromptSyntax.A1111)
                .registry(AdapterRegistry.of(Map.of("ink", adapter)));
        ModelCopy merged = ModelCopy.of(model, folder.resolve("merged"));
        lora.mergeInto(merged, 0.5, 0.9);
        try (Pipeline base = SmallModels.load(model);
                Pipeline changed = SmallModels.load(merged.folder())) {
            byte[] expected = rgb(changed, SmallModels.request(PROMPT).promptSyntax(PromptSyntax.A1111));
            assertThat(difference(rgb(base, named), expected)).isLessThan(2);
            assertThat(difference(rgb(base, SmallModels.request(PROMPT).with(adapter, 0.9f)), expected))
                    .isGreaterThan(2);
        }
    }

    @Test
    void aLoraOfAnotherFamilySaysWhatItIsFor() {
        Path sdxl = TinyLora.of(model("sdxl")).writeOriginalKohya(folder.resolve("xl.safetensors"));
        Path sd1 = TinyLora.of(model("sd1")).writeKohya(folder.resolve("sd1.safetensors"));
        assertRefused(
                "sd1",
                sdxl,
                "match no layer of this model (Stable Diffusion 1.x)",
                "(looks like a LoRA for Stable Diffusion XL)");
        assertRefused(
                "sdxl",
                sd1,
                "match no layer of this model (Stable Diffusion XL)",
                "lora_unet_down_blocks_0_attentions_0");
    }

    private static void assertRefused(String model, Path file, String... problems) {
        Adapter adapter = Adapter.load(file);
        try (Pipeline pipeline = SmallModels.load(model(model))) {
            Generation generation = SmallModels.request(PROMPT).with(adapter, 1);
            assertThatThrownBy(() -> pipeline.generate(generation))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageStartingWith(file + ": ")
                    .hasMessageContainingAll(problems);
        }
    }

    private static byte[] with(Pipeline pipeline, Path file) {
        return rgb(pipeline, SmallModels.request(PROMPT).with(Adapter.load(file), 0.8f));
    }

    private static byte[] rgb(Pipeline pipeline, Generation generation) {
        return pipeline.generate(generation).rgb();
    }

    private static int difference(byte[] one, byte[] other) {
        int largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs((one[i] & 0xff) - (other[i] & 0xff)));
        }
        return largest;
    }
}
