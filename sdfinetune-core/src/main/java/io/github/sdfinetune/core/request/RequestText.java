package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Control;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.SizeConditioning;
import io.github.sdfinetune.StartingPicture;
import io.github.sdfinetune.core.config.JsonFile;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A generation as a JSON object, in which pictures and masks stand by their size and SHA-256, adapters and ControlNets by their names
 * and hashes. What the generation leaves to the model is absent. {@link RequestFile} reads it.
 */
public final class RequestText {
    /** The keyword of the text in a PNG file. */
    public static final String KEYWORD = "sdfinetune";

    /** The keyword of AUTOMATIC1111's text. */
    public static final String PARAMETERS = "parameters";

    /** Of the form of the object. */
    static final int VERSION = 2;

    private static final Path NO_FILE = Path.of(KEYWORD);

    private final JsonFile json;

    private RequestText(JsonFile json) {
        this.json = json;
    }

    /**
     * The text for all pictures of a generation. Hashes are computed here, once.
     *
     * @param generation with the seeds that were used
     * @param named the adapters that its prompts name, by the names there
     */
    public static RequestText of(Generation generation, Map<String, Adapter> named, Origin origin) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", VERSION);
        origin.addTo(json);
        json.put("pictures", List.of(0));
        addPrompts(json, generation);
        addSampling(json, generation);
        addGuidance(json, generation);
        generation.sizeConditioning().ifPresent(sizes -> json.put("sizeConditioning", sizeConditioning(sizes)));
        generation.startingPicture().ifPresent(start -> json.put("start", start(start)));
        generation.highResolution().ifPresent(high -> json.put("highResolution", highResolution(high)));
        generation.tiledVae().ifPresent(tiled -> json.put("tiledVae", tiled));
        addObjects(json, "adapters", generation.adapters(), RequestText::adapter);
        addObjects(
                json,
                "promptAdapters",
                named.entrySet(),
                adapter -> SavedAdapter.toJson(adapter.getKey(), adapter.getValue()));
        addObjects(json, "controls", generation.controls(), RequestText::control);
        return new RequestText(JsonFile.of(NO_FILE, json));
    }

    private static <T> void addObjects(
            Map<String, Object> json, String key, Collection<T> items, Function<T, Map<String, Object>> toJson) {
        if (!items.isEmpty()) {
            json.put(key, items.stream().map(toJson).toList());
        }
    }

    /** The text of a file that shows these pictures. */
    public String of(List<Place> places) {
        JsonFile shown =
                json.with("pictures", places.stream().map(Place::number).toList());
        List<Integer> replaced =
                places.stream().filter(Place::replaced).map(Place::number).toList();
        return (replaced.isEmpty() ? shown : shown.with("replaced", replaced)).text();
    }

    private static void addPrompts(Map<String, Object> json, Generation generation) {
        json.put("prompts", generation.prompts());
        addTexts(json, "negativePrompts", generation.negativePrompts());
        addTexts(json, "secondPrompts", generation.secondPrompts());
        addTexts(json, "secondNegativePrompts", generation.secondNegativePrompts());
        json.put("promptSyntax", generation.promptSyntax().name());
        List<Integer> clipSkips = generation.clipSkips();
        boolean oneForAll = clipSkips.stream().distinct().count() == 1;
        json.put("clipSkips", oneForAll ? clipSkips.subList(0, 1) : clipSkips);
        json.put("count", generation.count());
        json.put("seeds", generation.seeds());
    }

    private static void addTexts(Map<String, Object> json, String key, List<String> texts) {
        if (!texts.isEmpty()) {
            json.put(key, texts);
        }
    }

    private static void addSampling(Map<String, Object> json, Generation generation) {
        generation.sampler().map(Sampler::name).ifPresent(name -> json.put("sampler", name));
        json.put("steps", generation.steps());
        json.put("eta", generation.eta());
        generation.width().ifPresent(width -> json.put("width", width));
        generation.height().ifPresent(height -> json.put("height", height));
    }

    private static void addGuidance(Map<String, Object> json, Generation generation) {
        json.put("guidanceScale", generation.guidanceScale());
        json.put("guidanceRescale", generation.guidanceRescale());
        json.put("guidanceFrom", generation.guidanceFrom());
        json.put("guidanceTo", generation.guidanceTo());
    }

    private static Map<String, Object> sizeConditioning(SizeConditioning conditioning) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("prompt", sizes(conditioning.prompt()));
        json.put("negativePrompt", sizes(conditioning.negativePrompt()));
        json.put("aestheticScore", conditioning.aestheticScore());
        json.put("negativeAestheticScore", conditioning.negativeAestheticScore());
        return json;
    }

    private static List<Integer> sizes(SizeConditioning.Sizes sizes) {
        return List.of(
                sizes.originalWidth(),
                sizes.originalHeight(),
                sizes.cropLeft(),
                sizes.cropTop(),
                sizes.targetWidth(),
                sizes.targetHeight());
    }

    private static Map<String, Object> start(StartingPicture start) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", SavedStart.kind(start));
        json.put("picture", Fingerprint.of(start.picture()).toJson());
        json.put("strength", start.strength());
        if (start instanceof Inpainting inpainting) {
            json.put("mask", Fingerprint.of(inpainting.mask()).toJson());
            json.put("softMask", inpainting.softMask());
            inpainting.padding().ifPresent(padding -> json.put("padding", padding));
        } else if (start instanceof Outpainting out) {
            json.put("insets", List.of(out.left(), out.top(), out.right(), out.bottom()));
            json.put("overlap", out.overlap());
        }
        return json;
    }

    private static Map<String, Object> highResolution(HighResolution high) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("width", high.width());
        json.put("height", high.height());
        json.put("upscaling", high.upscaling().name());
        high.steps().ifPresent(steps -> json.put("steps", steps));
        json.put("strength", high.strength());
        return json;
    }

    private static Map<String, Object> control(Control control) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("net", control.net().name());
        json.put("hash", control.net().hash());
        json.put(
                "pictures",
                control.pictures().stream()
                        .map(picture -> Fingerprint.of(picture).toJson())
                        .toList());
        json.put("scale", control.scale());
        json.put("start", control.start());
        json.put("end", control.end());
        json.put("guessMode", control.guessMode());
        return json;
    }

    private static Map<String, Object> adapter(Generation.WeightedAdapter weighted) {
        Map<String, Object> json = SavedAdapter.toJson(weighted.adapter().name(), weighted.adapter());
        json.put("scale", weighted.scale());
        return json;
    }
}
