package io.github.sdfinetune.lora.pipeline;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.TrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A tiny model with random weights, loaded, and pictures to train on: what a test class makes once.
 *
 * @param model the model's folder
 * @param pictures four of them
 */
record TinyPipeline(Path model, Dataset pictures, Pipeline pipeline) implements AutoCloseable {
    static final int STEPS = 4;

    /** On one thread, which is faster for tensors so small, above all where other programs run beside. */
    static TinyPipeline in(Path folder) throws IOException {
        Path model = folder.resolve("model");
        NewModel.tiny(1).write(model);
        return new TinyPipeline(
                model,
                Pictures.draw(folder.resolve("pictures"), 4),
                Pipeline.load(model, LoadOptions.defaults().threads(1)));
    }

    /** A picture of a few steps, each of which evaluates the UNet once. */
    static Generation generation() {
        return Generation.of("a red disc")
                .negativePrompt("a square")
                .sampler(Sampler.DDIM)
                .steps(STEPS)
                .seed(7);
    }

    /** A training of a few steps that change something. */
    static TrainerConfig.Builder training() {
        return TrainerConfig.lora()
                .rank(2)
                .learningRate(1e-2)
                .resolution(64)
                .steps(STEPS)
                .seed(5);
    }

    /** One of the pictures, to start from. */
    Picture disc() {
        return Picture.read(model.resolveSibling("pictures").resolve("disc-0.png"));
    }

    byte[] rgb(Generation generation) {
        return pipeline.generate(generation).rgb();
    }

    GeneratedImage generate(Generation generation) {
        return pipeline.generate(generation);
    }

    Adapter train(TrainerConfig config) {
        return pipeline.train(pictures, config, ProgressListener.quiet());
    }

    /** The largest of any byte. */
    static int difference(byte[] one, byte[] other) {
        int largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs((one[i] & 0xff) - (other[i] & 0xff)));
        }
        return largest;
    }

    /** What a file of the adapter holds. */
    static byte[] bytes(Adapter adapter) throws IOException {
        Path file = Files.createTempFile("adapter", ".safetensors");
        try {
            adapter.save(file);
            return Files.readAllBytes(file);
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public void close() {
        pipeline.close();
    }
}
