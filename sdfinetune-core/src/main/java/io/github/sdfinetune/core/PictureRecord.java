package io.github.sdfinetune.core;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.request.ImageParameters;
import io.github.sdfinetune.core.request.Origin;
import io.github.sdfinetune.core.request.Place;
import io.github.sdfinetune.core.request.RequestText;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What made the pictures of a call.
 *
 * @param generation with the seeds that are used
 * @param named the adapters that its prompts name
 */
record PictureRecord(Generation generation, Map<String, Adapter> named, Origin origin, RequestText request) {

    static PictureRecord of(Generation generation, List<PromptAdapters.Named> named, Origin origin) {
        Map<String, Adapter> byName = new LinkedHashMap<>();
        named.forEach(each -> byName.put(each.name(), each.adapter()));
        return new PictureRecord(generation, byName, origin, RequestText.of(generation, byName, origin));
    }

    /**
     * The pictures with what made them.
     *
     * @param pictures all of the call, in their order
     * @param modelSize width and height that the model was made for
     */
    List<GeneratedPicture> of(List<RgbImage> pictures, SamplerSpec sampler, int modelSize) {
        ImageParameters parameters = parameters(pictures.get(0), sampler, modelSize);
        List<GeneratedPicture> images = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            long seed = generation.seeds().get(Math.min(i, generation.seeds().size() - 1));
            images.add(new GeneratedPicture(
                    pictures.get(i).toPicture(),
                    seed,
                    parameters.text(i, seed),
                    request,
                    List.of(new Place(i, false))));
        }
        return images;
    }

    /** The web interface, too, gives the size of the first pass, and that of the second beside it. */
    private ImageParameters parameters(RgbImage picture, SamplerSpec sampler, int modelSize) {
        boolean firstPass = generation.highResolution().isPresent();
        return new ImageParameters(
                generation,
                named,
                origin,
                generation.sampler().map(Sampler::name).orElse(sampler.name()),
                sampler.eta(),
                firstPass ? generation.width().orElse(modelSize) : picture.width(),
                firstPass ? generation.height().orElse(modelSize) : picture.height());
    }
}
