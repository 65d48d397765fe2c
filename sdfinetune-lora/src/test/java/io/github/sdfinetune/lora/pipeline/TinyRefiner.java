package io.github.sdfinetune.lora.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A model with the inputs of SDXL's refiner, made of one of SDXL: only the second text encoder, and one size number fewer. */
final class TinyRefiner {
    private static final String UNET = "unet/diffusion_pytorch_model.safetensors";
    private static final int TEXT_DIM = 40;
    private static final int SIZE_NUMBERS = 5;
    private static final int SIZE_DIM = 8;

    private TinyRefiner() {}

    static Path of(Path sdxl, Path target) throws IOException {
        ModelCopy refiner = ModelCopy.of(sdxl, target);
        for (String component : List.of("text_encoder", "tokenizer")) {
            deleteFolder(refiner.path(component));
            refiner.set("model_index.json", component, "[null, null]");
        }
        int inputDim = TEXT_DIM + SIZE_NUMBERS * SIZE_DIM;
        refiner.set("model_index.json", "_class_name", "\"StableDiffusionXLImg2ImgPipeline\"")
                .set("model_index.json", "requires_aesthetics_score", "true")
                .set("unet/config.json", "cross_attention_dim", Integer.toString(TEXT_DIM))
                .set("unet/config.json", "projection_class_embeddings_input_dim", Integer.toString(inputDim));
        EditedSafetensors weights = refiner.safetensors(UNET);
        weights.narrow(".*\\.attn2\\.to_[kv]\\.weight", TEXT_DIM);
        weights.narrow("add_embedding\\.linear_1\\.weight", inputDim);
        weights.write();
        return target;
    }

    private static void deleteFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
