package io.github.sdfinetune.core.config;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.github.sdfinetune.error.ModelFormatException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@code model_index.json} says about a model.
 *
 * @param zerosForEmptyPrompt whether an absent negative prompt stands for zeros (SDXL base) or for the empty text
 * @param aestheticScore whether the size numbers end with a score of the picture's beauty (the SDXL refiner)
 */
public record ModelIndex(boolean zerosForEmptyPrompt, boolean aestheticScore) {
    /** What errors about other models say. */
    public static final String SUPPORTED =
            "supported are Stable Diffusion 1.x, 2.x, XL and the XL refiner, and their inpainting models";

    private static final Set<String> PIPELINES = Set.of(
            "StableDiffusionPipeline",
            "StableDiffusionImg2ImgPipeline",
            "StableDiffusionInpaintPipeline",
            "StableDiffusionControlNetPipeline",
            "StableDiffusionXLPipeline",
            "StableDiffusionXLImg2ImgPipeline",
            "StableDiffusionXLInpaintPipeline");

    /** What the names of other pipelines begin with. */
    private static final Map<String, String> OTHER_MODELS = new TreeMap<>(Map.ofEntries(
            Map.entry("StableDiffusion3", "Stable Diffusion 3"),
            Map.entry("StableDiffusionDepth", "a depth-to-image model"),
            Map.entry("StableDiffusionInstructPix2Pix", "InstructPix2Pix"),
            Map.entry("StableDiffusionXLInstructPix2Pix", "InstructPix2Pix for SDXL"),
            Map.entry("StableDiffusionUpscale", "an upscaling model"),
            Map.entry("StableDiffusionLatentUpscale", "an upscaling model"),
            Map.entry("StableCascade", "Stable Cascade"),
            Map.entry("Flux", "Flux"),
            Map.entry("PixArt", "PixArt"),
            Map.entry("Kandinsky", "Kandinsky"),
            Map.entry("LatentConsistencyModel", "a latent consistency model"),
            Map.entry("Wuerstchen", "Würstchen"),
            Map.entry("HunyuanDiT", "Hunyuan-DiT"),
            Map.entry("Sana", "Sana"),
            Map.entry("QwenImage", "Qwen-Image"),
            Map.entry("IF", "DeepFloyd IF")));

    /** A component that was left out is written as {@code [null, null]}. */
    private static final JsonElement ABSENT = JsonParser.parseString("[null, null]");

    private static final Map<String, Set<String>> COMPONENTS = Map.of(
            "unet", Set.of("UNet2DConditionModel"),
            "vae", Set.of("AutoencoderKL"),
            "text_encoder", Set.of("CLIPTextModel", "CLIPTextModelWithProjection"),
            "text_encoder_2", Set.of("CLIPTextModelWithProjection"),
            "tokenizer", Set.of("CLIPTokenizer", "CLIPTokenizerFast"),
            "tokenizer_2", Set.of("CLIPTokenizer", "CLIPTokenizerFast"));

    private static final List<String> NEEDED = List.of("scheduler", "unet", "vae");

    /**
     * Takes the index from JSON and checks that the components are of a supported kind. Others, such as a safety checker, are
     * ignored.
     *
     * @throws ModelFormatException if the model is of another kind, which is named
     */
    public static ModelIndex from(JsonFile json) {
        String pipeline = json.string("_class_name");
        if (!PIPELINES.contains(pipeline)) {
            throw json.fault("_class_name", "is \"" + pipeline + "\"" + recognised(pipeline) + "; " + SUPPORTED);
        }
        NEEDED.forEach(component -> requireComponent(json, component));
        if (!isThere(json, "text_encoder") && !isThere(json, "text_encoder_2")) {
            throw missing(json, "text_encoder");
        }
        for (String component : new TreeSet<>(COMPONENTS.keySet())) {
            if (isThere(json, component)) {
                checkClass(json, component);
            }
        }
        return new ModelIndex(
                json.flag("force_zeros_for_empty_prompt", pipeline.startsWith("StableDiffusionXL")),
                json.flag("requires_aesthetics_score", false));
    }

    private static String recognised(String pipeline) {
        return OTHER_MODELS.entrySet().stream()
                .filter(other -> pipeline.startsWith(other.getKey()))
                .map(other -> ", which is " + other.getValue())
                .findFirst()
                .orElse("");
    }

    private static boolean isThere(JsonFile json, String component) {
        return json.has(component) && !json.value(component).equals(ABSENT);
    }

    private static void requireComponent(JsonFile json, String component) {
        if (!isThere(json, component)) {
            throw missing(json, component);
        }
    }

    private static ModelFormatException missing(JsonFile json, String component) {
        return json.fault(component, "is missing, a Stable Diffusion model needs it");
    }

    private static void checkClass(JsonFile json, String component) {
        List<String> libraryAndClass = json.strings(component);
        if (libraryAndClass.size() != 2) {
            throw json.fault(component, "is " + libraryAndClass + ", expected [library, class]");
        }
        Set<String> supported = COMPONENTS.getOrDefault(component, Set.of());
        if (!supported.contains(libraryAndClass.get(1))) {
            throw json.fault(
                    component, "is a \"" + libraryAndClass.get(1) + "\", supported: " + new TreeSet<>(supported));
        }
    }
}
