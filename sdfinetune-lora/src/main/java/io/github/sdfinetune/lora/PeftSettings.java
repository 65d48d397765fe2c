package io.github.sdfinetune.lora;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a peft {@code LoraConfig} says about the strength of a LoRA. diffusers keeps those of several components in one object, each
 * key with the component before it; peft itself has one object without prefixes.
 */
record PeftSettings(JsonFile json) {

    /** The dropout of the training; 0 if it is not known. */
    double dropout() {
        for (String prefix : new String[] {"", "unet.", "text_encoder.", "text_encoder_2."}) {
            String key = prefix + "lora_dropout";
            if (json.has(key)) {
                double dropout = json.number(key);
                if (dropout < 0 || dropout > 1) {
                    throw json.fault(key, "is " + dropout + ", expected a probability");
                }
                return dropout;
            }
        }
        return 0;
    }

    /**
     * The alpha of a layer, such that {@code alpha / rank} is its strength; none if nothing is said about its component.
     *
     * @param rank of its factors
     */
    OptionalDouble alpha(String component, String path, int rank) {
        String prefix = json.has("r") ? "" : component + ".";
        if (json.keys().stream().noneMatch(key -> key.startsWith(prefix))) {
            return OptionalDouble.empty();
        }
        if (json.flag(prefix + "use_dora", false)) {
            throw json.fault(prefix + "use_dora", "is true: DoRA is not supported yet");
        }
        String ranks = prefix + "rank_pattern";
        int stated = pattern(ranks, path)
                .map(pattern -> json.object(ranks).integer(pattern))
                .orElseGet(() -> json.integer(prefix + "r"));
        if (stated != rank) {
            throw json.fault(
                    prefix + "r",
                    "and '" + ranks + "' give " + path + " a rank of " + stated + ", but its factors have rank "
                            + rank);
        }
        String alphas = prefix + "alpha_pattern";
        double alpha = pattern(alphas, path)
                .map(pattern -> json.object(alphas).number(pattern))
                .orElseGet(() -> json.number(prefix + "lora_alpha"));
        if (!Double.isFinite(alpha)) {
            throw json.fault(prefix + "lora_alpha", "or '" + alphas + "' is " + alpha + ", expected a finite number");
        }
        // arXiv:2312.03732
        return OptionalDouble.of(json.flag(prefix + "use_rslora", false) ? alpha * Math.sqrt(rank) : alpha);
    }

    /** Of the patterns under a key the first that matches the end of the path, as peft chooses. */
    private Optional<String> pattern(String key, String path) {
        if (!json.has(key)) {
            return Optional.empty();
        }
        JsonFile patterns = json.object(key);
        return patterns.keys().stream()
                .filter(pattern -> matches(patterns, pattern, path))
                .findFirst();
    }

    /** peft takes any regular expression; programs write paths, sometimes anchored. A stranger's expression is not run. */
    private static boolean matches(JsonFile byPattern, String pattern, String path) {
        boolean anchored = pattern.startsWith("^");
        String end = (anchored ? pattern.substring(1) : pattern).replace("\\.", ".");
        if (!end.matches("[A-Za-z0-9_.]+")) {
            throw byPattern.fault(pattern, "is a regular expression, expected the path of a layer or its end");
        }
        return path.equals(end) || (!anchored && path.endsWith("." + end));
    }
}
