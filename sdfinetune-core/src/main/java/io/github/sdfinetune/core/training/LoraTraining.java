package io.github.sdfinetune.core.training;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.core.data.DatasetRequirements;
import io.github.sdfinetune.core.data.FolderDataset;
import io.github.sdfinetune.core.layer.AdapterProvider;
import io.github.sdfinetune.core.layer.TrainableAdapter;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.pipeline.LatentShape;
import io.github.sdfinetune.core.pipeline.PictureSizes;
import io.github.sdfinetune.core.pipeline.StopSignal;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.event.ProgressEvent;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Trains a LoRA on a model. */
public final class LoraTraining {
    private final DiffusionModel model;
    private final AdapterProvider adapters;

    public LoraTraining(DiffusionModel model, AdapterProvider adapters) {
        this.model = model;
        this.adapters = adapters;
    }

    /** See {@link io.github.sdfinetune.Pipeline#train}. */
    public Adapter run(Dataset dataset, TrainerConfig config, ProgressListener listener, StopSignal stop) {
        requireTrainable();
        int resolution = config.resolution().orElse(model.pictureSize());
        PictureSizes.requireMultiple("resolution", resolution, model.vae().factor());
        PictureSizes.requireFitsArray(resolution, resolution);
        ProgressListener preparing = event -> {
            listener.on(event);
            stop.check(0, config.steps());
        };
        FolderDataset pictures = FolderDataset.check(
                dataset, new DatasetRequirements(resolution, config.batchSize(), config.instancePrompt()), preparing);
        List<EncodedExample> examples = new ExampleEncoder(model, resolution).encode(pictures, preparing);
        try (Arena arena = new Arena();
                Draws draws = new Draws(config.seed())) {
            TrainableAdapter adapter = adapters.create(
                    config,
                    model.layers(),
                    model.numerics(),
                    draws.of(Draws.Purpose.FACTORS),
                    draws.of(Draws.Purpose.DROPOUT),
                    arena);
            train(adapter, examples, config, resolution, draws, arena, listener, stop);
            return adapter.snapshot(metadata(config, examples.size(), resolution));
        }
    }

    private void requireTrainable() {
        if (model.unet().config().textTime().isPresent() || model.isInpainting()) {
            throw new IllegalArgumentException(model.path() + " is " + model.family()
                    + (model.isInpainting() ? " for inpainting" : "")
                    + ", which can't be trained yet; supported are Stable Diffusion 1.x and 2.x for text to image");
        }
    }

    private void train(
            TrainableAdapter adapter,
            List<EncodedExample> examples,
            TrainerConfig config,
            int resolution,
            Draws draws,
            Arena arena,
            ProgressListener listener,
            StopSignal stop) {
        // Training adds noise as DDPM does, whatever sampler the model comes with.
        SamplerSpec ddpm = SamplerSpec.of(model.scheduler(), Sampler.DDPM);
        TrainingLoop loop = new TrainingLoop(
                model.unet(),
                new Objective(ddpm.noiseSchedule(), ddpm.predictionType()),
                adapter.patches(),
                adapter.parameters(),
                new AdamW(adapter.parameters(), AdamW.Settings.defaults(), arena),
                LearningRate.constant(config.learningRate()),
                config.maxGradientNorm());
        BatchSampler batches = sampler(examples, config, resolution, ddpm, draws);
        for (int done = 0; done < config.steps(); done++) {
            stop.check(done, config.steps());
            BatchSampler.Drawn drawn = batches.next();
            TrainingLoop.Result result = loop.step(drawn.batch(), drawn.names());
            listener.on(new ProgressEvent.TrainingStep(
                    result.step(), config.steps(), result.loss(), result.gradientNorm(), result.learningRate()));
        }
    }

    private BatchSampler sampler(
            List<EncodedExample> examples, TrainerConfig config, int resolution, SamplerSpec ddpm, Draws draws) {
        int side = resolution / model.vae().factor();
        return new BatchSampler(
                examples,
                new LatentShape(config.batchSize(), model.vae().latentChannels(), side, side),
                model.vae().scalingFactor(),
                ddpm.noiseSchedule().numTrainTimesteps(),
                model.textEncoders().get(0).tokenizer().maxLength(),
                draws);
    }

    private static Map<String, String> metadata(TrainerConfig config, int pictures, int resolution) {
        return Map.of(
                "steps", Integer.toString(config.steps()),
                "learning_rate", BigDecimal.valueOf(config.learningRate()).toPlainString(),
                "batch_size", Integer.toString(config.batchSize()),
                "resolution", Integer.toString(resolution),
                "seed", Long.toString(config.seed()),
                "pictures", Integer.toString(pictures));
    }
}
