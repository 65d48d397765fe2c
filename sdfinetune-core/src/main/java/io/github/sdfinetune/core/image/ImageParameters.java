package io.github.sdfinetune.core.image;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What made a picture, in the form that AUTOMATIC1111's web interface writes and reads: the prompt, the negative prompt, and a
 * line of named values. Adapters, which stand in the prompt there, have a field of their own.
 *
 * @param generation what was asked for
 * @param sampler the name of the one that was used, also where the generation leaves the choice to the model
 * @param eta of the sampler; 0 if it has none
 * @param width of the pictures of the first pass in pixels
 * @param height of the pictures of the first pass in pixels
 * @param modelName for people
 * @param modelHash the first 10 hexadecimal digits of SHA-256 over the UNet's weight files
 */
public record ImageParameters(
        Generation generation, String sampler, double eta, int width, int height, String modelName, String modelHash) {
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
        values.put("Model hash", modelHash);
        values.put("Model", modelName);
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
        generation.startingPicture().ifPresent(start -> values.put("Denoising strength", number(start.strength())));
        generation.highResolution().ifPresent(high -> addSecondPass(values, high));
        if (!generation.adapters().isEmpty()) {
            values.put("Adapters", adapters());
        }
        return values;
    }

    private void addSecondPass(Map<String, String> values, HighResolution high) {
        values.put("Denoising strength", number(high.strength()));
        values.put("Hires resize", high.width() + "x" + high.height());
        high.steps().ifPresent(steps -> values.put("Hires steps", Integer.toString(steps)));
        values.put("Hires upscaler", high.upscaling().label());
    }

    private String adapters() {
        return generation.adapters().stream()
                .map(weighted -> weighted.adapter().name() + ": " + number(weighted.scale()))
                .collect(Collectors.joining(", "));
    }

    /** The shortest decimal form, without an exponent. */
    private static String number(Number value) {
        return new BigDecimal(value.toString()).stripTrailingZeros().toPlainString();
    }
}
