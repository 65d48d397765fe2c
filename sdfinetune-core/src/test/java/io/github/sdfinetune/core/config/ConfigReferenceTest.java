package io.github.sdfinetune.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.core.testing.ReferenceFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

@Tag("reference")
final class ConfigReferenceTest {
    @TestFactory
    Stream<DynamicTest> modelFoldersAreRead() {
        return existing("models/sd1", "models/sd2v", "models/variants/sd1-fp16", "training/model")
                .map(name -> DynamicTest.dynamicTest(
                        name, () -> reads(ReferenceFolder.get().path(name))));
    }

    private static void reads(Path folder) {
        UNetConfig unet = UNetConfig.from(JsonFile.read(folder.resolve("unet").resolve("config.json")));
        VaeConfig vae = VaeConfig.from(JsonFile.read(folder.resolve("vae").resolve("config.json")));
        ClipTextConfig text =
                ClipTextConfig.from(JsonFile.read(folder.resolve("text_encoder").resolve("config.json")));
        assertThat(unet.inChannels()).isEqualTo(vae.latentChannels());
        assertThat(unet.crossAttentionDim()).isEqualTo(text.hiddenSize());
        assertThat(vae.scalingFactor()).isPositive();
        if (Files.isDirectory(folder.resolve("tokenizer"))) {
            assertThat(ModelIndex.from(JsonFile.read(folder.resolve("model_index.json")))
                            .aestheticScore())
                    .isFalse();
        }
    }

    @TestFactory
    Stream<DynamicTest> theAdditionalEmbeddingOfXlIsRead() {
        return existing("models/sdxl")
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    JsonFile json = JsonFile.read(
                            ReferenceFolder.get().path(name).resolve("unet").resolve("config.json"));
                    assertThat(UNetConfig.from(json).textTime())
                            .contains(new EncoderConfig.TextTime(
                                    json.integer("addition_time_embed_dim"),
                                    json.integer("projection_class_embeddings_input_dim")));
                }));
    }

    private static Stream<String> existing(String... names) {
        return Stream.of(names)
                .filter(name -> Files.isDirectory(ReferenceFolder.get().path(name)));
    }
}
