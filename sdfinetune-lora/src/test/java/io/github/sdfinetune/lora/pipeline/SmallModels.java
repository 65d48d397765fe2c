package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.STEPS;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small model of each family that the reference data has, and one with random weights. */
final class SmallModels {
    private SmallModels() {}

    /** @param folder where the random one is written */
    static List<Path> in(Path folder) {
        List<Path> models = new ArrayList<>();
        Path random = folder.resolve("random");
        NewModel.tiny(3).write(random);
        models.add(random);
        for (String name : List.of("sd1", "sd2v", "sdxl")) {
            Path model = ReferenceFolder.get().path("models/" + name);
            if (Files.isDirectory(model.resolve("tokenizer"))) { // the compact copy has parts of models only
                models.add(model);
            }
        }
        return models;
    }

    /** On one thread, for tensors so small. */
    static Pipeline load(Path model) {
        return Pipeline.load(model, LoadOptions.defaults().threads(1));
    }

    /** A picture of the model's own size. */
    static Generation request(String prompt) {
        return Generation.of(prompt).seed(7).steps(STEPS);
    }

    /** Requests that differ in size, number and guidance. */
    static List<Generation> requests(ModelInfo model) {
        int side = model.width();
        Generation square = request("a red disc");
        return List.of(
                square,
                square.size(side, side / 2).negativePrompt("a square").count(2),
                square.size(side / 2, side).guidanceScale(1).seed(8));
    }
}
