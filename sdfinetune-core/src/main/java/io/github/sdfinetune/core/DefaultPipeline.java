package io.github.sdfinetune.core;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.core.checkpoint.ModelSource;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.layer.AdaptedModel;
import io.github.sdfinetune.core.layer.AdapterProvider;
import io.github.sdfinetune.core.layer.AdapterScale;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.pipeline.ImageGenerator;
import io.github.sdfinetune.core.pipeline.StopSignal;
import io.github.sdfinetune.core.request.Origin;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Torch;
import io.github.sdfinetune.core.training.LoraTraining;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

/** A loaded model and what can be done with it. */
final class DefaultPipeline implements Pipeline {
    private final DiffusionModel model;
    private final AdapterProvider adapters;
    private final LoadOptions options;
    private final Calls calls = new Calls();

    private DefaultPipeline(DiffusionModel model, AdapterProvider adapters, LoadOptions options) {
        this.model = model;
        this.adapters = adapters;
        this.options = options;
    }

    static DefaultPipeline load(Path path, LoadOptions options, AdapterProvider adapters) {
        options.threads().ifPresent(Torch::setThreads);
        return new DefaultPipeline(DiffusionModel.load(ModelSource.open(path, options), options), adapters, options);
    }

    @Override
    public ModelInfo info() {
        return calls.whileOpen(() -> new ModelInfo(
                model.family().label() + (model.isInpainting() ? ", inpainting" : ""),
                model.parameters(),
                model.precision(),
                model.prediction(),
                model.pictureSize(),
                model.pictureSize(),
                model.vae().factor(),
                model.notes(options)));
    }

    @Override
    public String modelHash() {
        return calls.whileOpen(model::hash);
    }

    @Override
    public List<GeneratedImage> generateAll(
            Generation generation, ProgressListener listener, Cancellation cancellation) {
        List<GeneratedPicture> pictures = calls.whileOpen(() -> generate(
                generation, calls.pausing(CheckedPreviews.of(listener, options.imageCheck())), stop(cancellation)));
        return CheckedPictures.of(pictures, options.imageCheck());
    }

    private List<GeneratedPicture> generate(Generation generation, ProgressListener listener, StopSignal stop) {
        List<Long> seeds = generation.seeds().isEmpty()
                ? List.of((long) new SecureRandom().nextInt(Integer.MAX_VALUE))
                : generation.seeds();
        List<PromptAdapters.Named> named = PromptAdapters.of(generation, listener);
        PictureRecord made = PictureRecord.of(generation.seeds(longs(seeds)), named, origin());
        ImageGenerator generator = new ImageGenerator(model);
        try (Scope request = Scope.open()) {
            List<RgbImage> pictures = generator.generate(generation, seeds, patches(generation, named), listener, stop);
            return made.of(pictures, generator.sampler(generation), model.pictureSize());
        }
    }

    private Origin origin() {
        String name = String.valueOf(model.path().toAbsolutePath().normalize().getFileName());
        return Origin.here(name, model.hash(), options.precision(), model.prediction(), options.device());
    }

    private Patches patches(Generation generation, List<PromptAdapters.Named> namedByPrompts) {
        Patches patches = Patches.none();
        for (Generation.WeightedAdapter weighted : generation.adapters()) {
            patches = patches.and(bind(weighted.adapter(), AdapterScale.of(weighted.scale())));
        }
        for (PromptAdapters.Named named : namedByPrompts) {
            patches = patches.and(bind(named.adapter(), named.scale()));
        }
        return patches;
    }

    private Patches bind(Adapter adapter, AdapterScale scale) {
        return adapters.bind(
                adapter, scale, new AdaptedModel(model.family().label(), model.layers(), model.numerics()));
    }

    private static long[] longs(List<Long> seeds) {
        return seeds.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public Adapter train(Dataset dataset, TrainerConfig config, ProgressListener listener, Cancellation cancellation) {
        return calls.whileOpen(() ->
                new LoraTraining(model, adapters).run(dataset, config, calls.pausing(listener), stop(cancellation)));
    }

    private StopSignal stop(Cancellation cancellation) {
        return new StopSignal(cancellation, calls.closing());
    }

    @Override
    public void close() {
        calls.close(model::close);
    }
}
