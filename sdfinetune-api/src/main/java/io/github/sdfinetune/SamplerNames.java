package io.github.sdfinetune;

import io.github.sdfinetune.SamplerMethod.Spacing;
import io.github.sdfinetune.SamplerMethod.Spread;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds samplers by any of their names. */
final class SamplerNames {
    private static final int MOST_SUGGESTIONS = 3;

    /** What others call a spacing; the documentation of diffusers equates these. */
    private static final Map<Spacing, List<String>> OTHER_LABELS =
            Map.of(Spacing.TRAILING, List.of("SGM Uniform", "Simple"));

    private static final Map<String, Sampler> KNOWN = known();

    private SamplerNames() {}

    private static Map<String, Sampler> known() {
        Map<String, Sampler> known = new LinkedHashMap<>();
        for (Sampler sampler : Sampler.all()) {
            SamplerMethod method = sampler.method();
            Map<String, Sampler> variants = variants(sampler);
            Stream.concat(Stream.of(method.name()), method.otherNames().stream())
                    .forEach(name -> variants.forEach((ending, meant) -> known.put(plain(name + ending), meant)));
        }
        return known;
    }

    /** What may stand behind the name of a sampler, nothing first, and what it then is. */
    private static Map<String, Sampler> variants(Sampler sampler) {
        Map<String, Sampler> spread = new LinkedHashMap<>(Map.of("", sampler));
        sampler.method().spreads().forEach(each -> spread.put(each.label, sampler.with(each)));
        Map<String, Sampler> variants = new LinkedHashMap<>(spread);
        for (Spacing spacing : sampler.method().spacings()) {
            spread.forEach((ending, meant) -> {
                Sampler spaced = meant.with(spacing);
                variants.put(ending + spacing.label, spaced);
                OTHER_LABELS.getOrDefault(spacing, List.of()).forEach(label -> variants.put(ending + label, spaced));
            });
        }
        return variants;
    }

    private static String plain(String name) {
        return ConstantNames.plain(name).replace("+", "p");
    }

    static Optional<Sampler> find(String name) {
        return Optional.ofNullable(KNOWN.get(plain(name)));
    }

    /** What is wrong with a name that is not found, and what would be right. */
    static String unknown(String name) {
        return "unknown sampler \"" + name + "\"" + near(name) + " There are " + having(method -> true)
                + "; with Karras, Exponential or Beta behind the name: " + having(Spread.KARRAS)
                + "; with Lambda Uniform: " + having(Spread.LAMBDA_UNIFORM)
                + "; with Leading, Linspace or Trailing behind all else: " + having(Spacing.TRAILING);
    }

    /** The samplers that have such sigmas, for an error. */
    static String having(Spread spread) {
        return having(method -> method.spreads().contains(spread));
    }

    /** The samplers that have such timesteps, for an error. */
    static String having(Spacing spacing) {
        return having(method -> method.spacings().contains(spacing));
    }

    private static String having(Predicate<SamplerMethod> condition) {
        return Sampler.all().stream()
                .map(Sampler::method)
                .filter(condition)
                .map(SamplerMethod::name)
                .collect(Collectors.joining(", "));
    }

    /** The end of a sentence: a question with the known names that are spelt most like this one, if any is. */
    private static String near(String name) {
        String asked = plain(name);
        int nearest = KNOWN.keySet().stream()
                .mapToInt(known -> EditDistance.between(asked, known))
                .min()
                .orElseThrow();
        if (nearest > Math.max(2, asked.length() / 4)) {
            return ".";
        }
        return KNOWN.entrySet().stream()
                .filter(known -> EditDistance.between(asked, known.getKey()) == nearest)
                .map(known -> '"' + known.getValue().name() + '"')
                .distinct()
                .limit(MOST_SUGGESTIONS)
                .collect(Collectors.joining(" or ", "; did you mean ", "?"));
    }
}
