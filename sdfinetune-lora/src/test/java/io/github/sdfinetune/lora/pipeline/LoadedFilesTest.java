package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Pipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files a model's weights are read from, and what is said about them. */
final class LoadedFilesTest {
    private static final String UNET = "unet/diffusion_pytorch_model";
    private static final List<String> WEIGHTS = List.of(UNET, "vae/diffusion_pytorch_model", "text_encoder/model");

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void write() {
        model = folder.resolve("model");
        NewModel.tiny(1).write(model);
    }

    @Test
    void theOnlyVariantIsReadAndNamed() throws IOException {
        for (String weights : WEIGHTS) {
            rename(weights + ".safetensors", weights + ".fp16.safetensors");
        }

        assertThat(notes(LoadOptions.defaults()))
                .containsExactly(onlyVariant("text_encoder"), onlyVariant("unet"), onlyVariant("vae"));
        assertThat(notes(LoadOptions.defaults().variant("fp16"))).isEmpty();
    }

    @Test
    void aVariantBesidePlainFilesIsNotRead() throws IOException {
        rename(WEIGHTS.get(2) + ".safetensors", WEIGHTS.get(2) + ".fp16.safetensors");
        Files.copy(model.resolve(UNET + ".safetensors"), model.resolve(UNET + ".fp16.safetensors"));

        assertThat(notes(LoadOptions.defaults())).containsExactly(onlyVariant("text_encoder"));
    }

    private String onlyVariant(String component) {
        return model.resolve(component) + " holds its weights as variant \"fp16\" only, which was read";
    }

    private List<String> notes(LoadOptions options) {
        try (Pipeline pipeline = Pipeline.load(model, options.threads(1))) {
            return pipeline.info().notes();
        }
    }

    @Test
    void theHashOfAModelIsThatOfItsUNet() throws Exception {
        assertThat(hash()).isEqualTo(sha256(UNET + ".safetensors"));
    }

    @Test
    void theHashOfAShardedModelIsThatOfItsShardsInOrder() throws Exception {
        String plain = hash();
        String first = UNET + "-00001-of-00002.safetensors";
        String second = UNET + "-00002-of-00002.safetensors";
        JsonObject places = new JsonObject();
        shard(second, false, places); // so that the index does not begin with the first one
        shard(first, true, places);
        JsonObject index = new JsonObject();
        index.add("weight_map", places);
        Files.writeString(model.resolve(UNET + ".safetensors.index.json"), index.toString());
        Files.delete(model.resolve(UNET + ".safetensors"));

        assertThat(hash()).isEqualTo(sha256(first, second)).isNotEqualTo(plain);
    }

    /** Writes the tensors of the down blocks, or the others. */
    private void shard(String file, boolean ofDownBlocks, JsonObject places) throws IOException {
        Path target = model.resolve(file);
        Files.copy(model.resolve(UNET + ".safetensors"), target);
        EditedSafetensors tensors = EditedSafetensors.read(target);
        for (String name : tensors.names()) {
            if (name.startsWith("down_blocks.") == ofDownBlocks) {
                places.addProperty(name, String.valueOf(target.getFileName()));
            } else {
                tensors.remove(name);
            }
        }
        tensors.write();
    }

    private String hash() {
        try (Pipeline pipeline = Pipeline.load(model, LoadOptions.defaults().threads(1))) {
            return pipeline.modelHash();
        }
    }

    /** The first ten digits of the hash over files, one after the other. */
    private String sha256(String... files) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String file : files) {
            digest.update(Files.readAllBytes(model.resolve(file)));
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 10);
    }

    private void rename(String file, String name) throws IOException {
        Files.move(model.resolve(file), model.resolve(name));
    }
}
