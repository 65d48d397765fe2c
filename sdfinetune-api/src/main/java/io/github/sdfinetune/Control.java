package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.List;

/**
 * How a ControlNet acts in a generation. Immutable.
 *
 * <pre>{@code
 * Control.by(canny, edges).scale(0.8).during(0, 0.6)
 * }</pre>
 *
 * @param net stays the caller's, who closes it after the generation
 * @param pictures one for all prompts or one for each. They are not preprocessed; another size than that of the result is
 *     changed to it without keeping the aspect ratio, by Lanczos' filter as in diffusers
 * @param scale how strongly it acts: 1 as trained, 0 not at all ({@code controlnet_conditioning_scale})
 * @param start the share of the steps before which it does not act, 0 to 1 ({@code control_guidance_start})
 * @param end the share of the steps after which it does not act, at least start, at most 1 ({@code control_guidance_end}); a step
 *     counts if all of it lies between start and end
 * @param guessMode whether it acts on the prompt's prediction alone, not on the negative prompt's, and its outer layers less: the
 *     picture then counts more than the text, so that it works with an empty prompt ({@code guess_mode}; a guidance scale of
 *     3 to 5 is usual)
 */
public record Control(
        ControlNet net, List<Picture> pictures, double scale, double start, double end, boolean guessMode) {

    public Control {
        pictures = List.copyOf(pictures);
        require(!pictures.isEmpty(), "the ControlNet %s needs a control picture", net.name());
        require(Double.isFinite(scale), "the scale of a ControlNet must be finite, was %s", scale);
        require(
                0 <= start && start <= end && end <= 1,
                "a ControlNet must act during 0 <= start <= end <= 1, was start %s and end %s",
                start,
                end);
    }

    /** In all steps, with scale 1. */
    public static Control by(ControlNet net, Picture... pictures) {
        return new Control(net, List.of(pictures), 1, 0, 1, false);
    }

    public Control scale(double scale) {
        return new Control(net, pictures, scale, start, end, guessMode);
    }

    /** Limits the steps. */
    public Control during(double start, double end) {
        return new Control(net, pictures, scale, start, end, guessMode);
    }

    public Control guessMode(boolean guessMode) {
        return new Control(net, pictures, scale, start, end, guessMode);
    }

    /** @throws IllegalArgumentException if there is neither one control picture for all prompts nor one for each */
    void requirePicturesFor(List<String> prompts) {
        PromptTexts.requireOneOrEach("control picture", pictures, prompts);
    }
}
