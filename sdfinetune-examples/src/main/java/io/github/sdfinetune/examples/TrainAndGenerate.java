package io.github.sdfinetune.examples;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.TrainerConfig;
import java.nio.file.Path;

/**
 * The example of the README as a program: {@code java -cp sdfinetune.jar io.github.sdfinetune.examples.TrainAndGenerate MODEL
 * PHOTOS}. Writes {@code mug.safetensors} and {@code mug-on-the-moon.png} into the current folder.
 */
public final class TrainAndGenerate {
    private TrainAndGenerate() {}

    /** Runs the example with a model folder and a folder of pictures. */
    public static void main(String[] args) {
        if (args.length != 2) {
            System.err.println("usage: TrainAndGenerate MODEL PHOTOS");
            System.exit(2);
        }
        run(Path.of(args[0]), Path.of(args[1]), Path.of(""), 800);
    }

    static void run(Path model, Path photos, Path results, int steps) {
        try (Pipeline pipeline = Pipeline.load(model)) {
            TrainerConfig config = TrainerConfig.lora()
                    .rank(16)
                    .instancePrompt("a photo of sks mug")
                    .steps(steps)
                    .learningRate(1e-4)
                    .build();
            Adapter mug = pipeline.train(Dataset.folder(photos), config, ProgressListener.console());
            mug.save(results.resolve("mug.safetensors"));

            GeneratedImage picture = pipeline.generate(Generation.of("a photo of sks mug on the moon")
                    .with(mug, 0.8f)
                    .seed(42)
                    .steps(25));
            picture.save(results.resolve("mug-on-the-moon.png"));
        }
    }
}
