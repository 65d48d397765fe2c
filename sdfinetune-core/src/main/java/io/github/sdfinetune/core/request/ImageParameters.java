package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Control;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.StartingPicture;
import io.github.sdfinetune.core.image.ParametersText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What made a picture, in the form that AUTOMATIC1111's web interface writes and reads: the prompt, the negative prompt, and a
 * line of named values. Adapters that the prompt does not name have a field of their own. Its field {@code Lora hashes} is left out:
 * it holds hashes of files, which may be trained adapters' only once they are saved.
 *
 * @param generation what was asked for
 * @param named the adapters that its prompts name, by the names there
 * @param origin what made it beside that
 * @param sampler the name of the one that was used, also where the generation leaves the choice to the model
 * @param eta of the sampler; 0 if it has none
 * @param width of the pictures of the first pass in pixels
 * @param height of the pictures of the first pass in pixels
 */
public record ImageParameters(
        Generation generation,
        Map<String, Adapter> named,
        Origin origin,
        String sampler,
        double eta,
        int width,
        int height) {
    /** Where the noise of a seed is drawn here: as PyTorch does on a processor. */
    static final String CPU_NOISE = "CPU";

    /** By so many people tell adapters apart. */
    private static final int HASH_DIGITS = 10;

    /**
     * The {@linkplain ParametersText text} for one picture.
     *
     * @param picture its place among the pictures of the generation, from 0; those of the first prompt first
     * @param seed of the generator that made it
     */
    public String text(int picture, long seed) {
        int prompt = picture / generation.count();
        return new ParametersText(
                        generation.prompts().get(prompt), generation.negativePrompt(prompt), values(picture, seed))
                .text();
    }

    private Map<String, String> values(int picture, long seed) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("Steps", Integer.toString(generation.steps()));
        values.put("Sampler", sampler);
        values.put("CFG scale", number(generation.guidanceScale()));
        values.put("Seed", Long.toString(seed));
        values.put("Size", width + "x" + height);
        values.put("Model hash", origin.modelHash());
        values.put("Model", origin.model());
        if (generation.seeds().size() <= 1 && generation.pictures() > 1) {
            values.put("Batch size", Integer.toString(generation.pictures()));
            values.put("Batch pos", Integer.toString(picture));
        }
        int clipSkip = generation.clipSkips().get(picture / generation.count());
        if (clipSkip > 0) {
            // There the last layer counts as the first one left out.
            values.put("Clip skip", Integer.toString(clipSkip + 1));
        }
        if (eta > 0) {
            values.put(sampler.startsWith("DDIM") ? "Eta DDIM" : "Eta", number(eta));
        }
        generation.startingPicture().ifPresent(start -> addStart(values, start));
        generation.highResolution().ifPresent(high -> addSecondPass(values, high));
        addAdapters(values);
        for (int i = 0; i < generation.controls().size(); i++) {
            values.put("ControlNet " + i, control(generation.controls().get(i)));
        }
        // Without it the web interface draws other noise from the same seed, on a graphics card.
        values.put("RNG", CPU_NOISE);
        values.put("Version", "sdfinetune " + origin.library());
        return values;
    }

    private static void addStart(Map<String, String> values, StartingPicture start) {
        values.put("Denoising strength", number(start.strength()));
        if (start instanceof Inpainting inpainting && inpainting.padding().isPresent()) {
            values.put("Inpaint area", "Only masked");
            values.put(
                    "Masked area padding", Integer.toString(inpainting.padding().getAsInt()));
        }
    }

    private void addSecondPass(Map<String, String> values, HighResolution high) {
        values.put("Denoising strength", number(high.strength()));
        values.put("Hires resize", high.width() + "x" + high.height());
        // There all of them are done, whatever the strength.
        int done = (int) (high.steps().orElse(generation.steps()) * high.strength());
        if (done > 0) {
            values.put("Hires steps", Integer.toString(done));
        }
        values.put("Hires upscaler", high.upscaling().label());
    }

    private void addAdapters(Map<String, String> values) {
        List<String> scales = new ArrayList<>();
        Set<String> hashes = new LinkedHashSet<>();
        generation.adapters().forEach(weighted -> {
            scales.add(weighted.adapter().name() + ": " + number(weighted.scale()));
            hashes.add(hash(weighted.adapter().name(), weighted.adapter()));
        });
        named.forEach((name, adapter) -> hashes.add(hash(name, adapter)));
        if (!scales.isEmpty()) {
            values.put("Adapters", String.join(", ", scales));
        }
        if (!hashes.isEmpty()) {
            values.put("Adapter hashes", String.join(", ", hashes));
        }
    }

    private static String hash(String name, Adapter adapter) {
        return name + ": " + adapter.hash().substring(0, HASH_DIGITS);
    }

    /** As the extension sd-webui-controlnet writes and reads it; "none" because the picture is taken as it is. */
    private static String control(Control control) {
        // The extension can't read other signs of division in a value.
        String model = control.net().name().replaceAll("[,:]", "_");
        return "Module: none, Model: " + model + ", Weight: " + number(control.scale())
                + ", Resize Mode: Just Resize, Guidance Start: " + number(control.start()) + ", Guidance End: "
                + number(control.end()) + ", Control Mode: "
                + (control.guessMode() ? "ControlNet is more important" : "Balanced");
    }

    /** The shortest decimal form, without an exponent. */
    private static String number(Number value) {
        return new BigDecimal(value.toString()).stripTrailingZeros().toPlainString();
    }
}
