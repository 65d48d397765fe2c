package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.image.ParametersText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Understands what AUTOMATIC1111's web interface says of a picture, as far as it can be done here. */
final class WebUiRequest {
    /** Of a pass; what has more is refused when it is asked for. */
    private static final int MOST_STEPS = 1000;

    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})x(\\d{1,9})");

    /** What is used, or only said for people. */
    private static final Set<String> USED = Set.of(
            "Steps",
            "Sampler",
            "CFG scale",
            "Seed",
            "Size",
            "Clip skip",
            "Eta",
            "Eta DDIM",
            "Denoising strength",
            "Hires upscale",
            "Hires resize",
            "Hires steps",
            "Hires upscaler",
            "Model",
            "Model hash",
            "Version");

    /** What is part of a sampler's name here, and what means the sampler's own. */
    private static final Set<String> SCHEDULES =
            Set.of("Karras", "Exponential", "Beta", "SGM Uniform", "Simple", "Automatic", "Uniform");

    /** The classes of the samplers that read eta here; there "Eta" is the ancestral samplers', which always have 1 here. */
    private static final Set<String> WITH_ETA = Set.of("DDIMScheduler", "TCDScheduler");

    private final Map<String, String> values;
    private final List<String> notes = new ArrayList<>();
    private Generation generation;

    private WebUiRequest(ParametersText text) {
        this.values = text.values();
        Generation prompt = Generation.of(text.prompt()).promptSyntax(PromptSyntax.A1111);
        this.generation = text.negativePrompt().isEmpty() ? prompt : prompt.negativePrompt(text.negativePrompt());
    }

    /** @param notes receives a line for each value that is not understood or can't be repeated */
    static Generation read(ParametersText text, List<String> notes) {
        WebUiRequest request = new WebUiRequest(text);
        request.use();
        notes.addAll(request.notes);
        return request.generation;
    }

    private void use() {
        use("Steps", value -> generation.steps(Integer.parseInt(value)));
        use("Sampler", value -> generation.sampler(sampler(value)));
        use("CFG scale", value -> generation.guidanceScale(Double.parseDouble(value)));
        use("Seed", value -> generation.seed(Long.parseLong(value)));
        use("Size", value -> generation.size(size(value)[0], size(value)[1]));
        use("Clip skip", value -> generation.clipSkip(Integer.parseInt(value) - 1));
        use("Eta", value -> withEta(Double.parseDouble(value)));
        use("Eta DDIM", value -> withEta(Double.parseDouble(value)));
        if (values.containsKey("Hires upscale") || values.containsKey("Hires resize")) {
            use("Hires upscale", value -> generation.highResolution(scaled(Double.parseDouble(value))));
            use("Hires resize", value -> generation.highResolution(HighResolution.of(size(value)[0], size(value)[1])));
            useInSecondPass("Hires steps", value -> high -> high.withSteps(Integer.parseInt(value)));
            useInSecondPass("Denoising strength", value -> high -> allStepsDone(high, Double.parseDouble(value)));
            useInSecondPass("Hires upscaler", value -> high -> high.withUpscaling(HighResolution.Upscaling.of(value)));
        } else if (values.containsKey("Denoising strength")) {
            notes.add("it was made from a picture, which the file does not tell");
        }
        if (values.containsKey("Seed") && !values.containsKey("RNG")) {
            notes.add("it does not say RNG: " + ImageParameters.CPU_NOISE
                    + ", so its noise was drawn on a graphics card," + " and its seed gives another picture here");
        }
        values.forEach((name, value) -> {
            boolean known = USED.contains(name)
                    || (name.equals("Schedule type") && SCHEDULES.contains(value))
                    || (name.equals("RNG") && value.equals(ImageParameters.CPU_NOISE));
            if (!known) {
                notes.add(name + ": " + value + " is not used");
            }
        });
    }

    private void use(String name, Function<String, Generation> change) {
        String value = values.get(name);
        if (value == null) {
            return;
        }
        try {
            generation = change.apply(value);
        } catch (IllegalArgumentException e) {
            notes.add(name + ": " + value + " can't be used: " + e.getMessage());
        }
    }

    private void useInSecondPass(String name, Function<String, Function<HighResolution, HighResolution>> change) {
        use(
                name,
                value -> generation
                        .highResolution()
                        .map(change.apply(value))
                        .map(generation::highResolution)
                        .orElse(generation));
    }

    /** Since its version 1.9 the spread of the sigmas, or the spacing of the timesteps, has a field of its own. */
    private Sampler sampler(String name) {
        String schedule = values.getOrDefault("Schedule type", "");
        return switch (schedule) {
            case "Karras", "Exponential", "Beta", "SGM Uniform", "Simple" -> Sampler.of(name + " " + schedule);
            default -> Sampler.of(name);
        };
    }

    private Generation withEta(double eta) {
        generation
                .sampler()
                .filter(sampler -> !WITH_ETA.contains(sampler.schedulerClass()))
                .ifPresent(sampler -> {
                    throw new IllegalArgumentException(sampler + " has no such setting here");
                });
        return generation.eta(eta);
    }

    private HighResolution scaled(double scale) {
        int width = generation.width().orElseThrow(WebUiRequest::noSize);
        int height = generation.height().orElseThrow(WebUiRequest::noSize);
        return HighResolution.of((int) (width * scale) / 8 * 8, (int) (height * scale) / 8 * 8);
    }

    /** There all steps of a second pass are done, whatever its strength: the fewest of which as many are done here. */
    private HighResolution allStepsDone(HighResolution high, double strength) {
        HighResolution withStrength = high.withStrength(strength);
        if (strength == 0) {
            return withStrength;
        }
        int done = high.steps().orElse(generation.steps());
        int steps = (int) (done / strength);
        while (steps <= MOST_STEPS && (int) (steps * strength) < done) {
            steps++;
        }
        return withStrength.withSteps(steps);
    }

    private static IllegalArgumentException noSize() {
        return new IllegalArgumentException("the size of the first pass is not known");
    }

    private static int[] size(String value) {
        Matcher matcher = SIZE.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected WIDTHxHEIGHT");
        }
        return new int[] {Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))};
    }
}
