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
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.core.checkpoint.ModelSource;
import io.github.sdfinetune.core.image.ImageParameters;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.layer.AdapterProvider;
import io.github.sdfinetune.core.layer.AdapterScale;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.pipeline.ImageGenerator;
import io.github.sdfinetune.core.pipeline.StopSignal;
import io.github.sdfinetune.core.request.RequestText;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Torch;
import io.github.sdfinetune.core.training.LoraTraining;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
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
    public List<GeneratedImage> generateAll(
            Generation generation, ProgressListener listener, Cancellation cancellation) {
        List<GeneratedPicture> pictures =
                calls.whileOpen(() -> generate(generation, calls.pausing(listener), stop(cancellation)));
        return CheckedPictures.of(pictures, options.imageCheck());
    }

    private List<GeneratedPicture> generate(Generation generation, ProgressListener listener, StopSignal stop) {
        List<Long> seeds = generation.seeds().isEmpty()
                ? List.of((long) new SecureRandom().nextInt(Integer.MAX_VALUE))
                : generation.seeds();
        ImageGenerator generator = new ImageGenerator(model);
        String hash = model.hash(); // reads files: what is wrong with them shall be said before the work
        try (Scope request = Scope.open()) {
            List<RgbImage> pictures =
                    generator.generate(generation, seeds, patches(generation, listener), listener, stop);
            return describe(generation, generator, pictures, seeds, hash);
        }
    }

    private Patches patches(Generation generation, ProgressListener listener) {
        Patches patches = Patches.none();
        for (Generation.WeightedAdapter weighted : generation.adapters()) {
            patches = patches.and(bind(weighted.adapter(), AdapterScale.of(weighted.scale())));
        }
        for (PromptAdapters.Named named : PromptAdapters.of(generation, listener)) {
            patches = patches.and(bind(named.adapter(), named.scale()));
        }
        return patches;
    }

    private Patches bind(Adapter adapter, AdapterScale scale) {
        return adapters.bind(adapter, scale, model.layers(), model.numerics());
    }

    private List<GeneratedPicture> describe(
            Generation generation, ImageGenerator generator, List<RgbImage> pictures, List<Long> seeds, String hash) {
        SamplerSpec sampler = generator.sampler(generation);
        // The web interface, too, gives the size of the first pass, and that of the second beside it.
        boolean firstPass = generation.highResolution().isPresent();
        ImageParameters parameters = new ImageParameters(
                generation,
                generation.sampler().map(Sampler::name).orElse(sampler.name()),
                sampler.eta(),
                firstPass
                        ? generation.width().orElse(model.pictureSize())
                        : pictures.get(0).width(),
                firstPass
                        ? generation.height().orElse(model.pictureSize())
                        : pictures.get(0).height(),
                String.valueOf(model.path().toAbsolutePath().normalize().getFileName()),
                hash);
        RequestText request = RequestText.of(generation.seeds(longs(seeds)), parameters.modelName(), hash);
        List<GeneratedPicture> images = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            long seed = seeds.size() == 1 ? seeds.get(0) : seeds.get(i);
            images.add(
                    new GeneratedPicture(pictures.get(i).toPicture(), seed, parameters.text(i, seed), request.of(i)));
        }
        return images;
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
