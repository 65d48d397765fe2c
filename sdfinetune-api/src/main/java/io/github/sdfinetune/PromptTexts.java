package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.Collections;
import java.util.List;

/**
 * The prompts of a generation and what belongs to each of them.
 *
 * @param negative none, one for all prompts, or one for each; so are {@code second} and {@code secondNegative}
 * @param clipSkips one for all prompts or one for each
 */
record PromptTexts(
        List<String> prompts,
        List<String> negative,
        List<String> second,
        List<String> secondNegative,
        List<Integer> clipSkips,
        PromptSyntax syntax) {

    PromptTexts {
        require(!prompts.isEmpty(), "at least one prompt is needed");
        requireNoneOneOrEach("negative prompt", negative, prompts);
        requireNoneOneOrEach("second prompt", second, prompts);
        requireNoneOneOrEach("second negative prompt", secondNegative, prompts);
        requireOneOrEach("clip skip", clipSkips, prompts);
        clipSkips.forEach(skip -> require(skip >= 0, "clip skip must be at least 0, was %s", skip));
    }

    static PromptTexts of(String... prompts) {
        return new PromptTexts(List.of(prompts), List.of(), List.of(), List.of(), List.of(0), PromptSyntax.PLAIN);
    }

    PromptTexts withPrompts(String... prompts) {
        return new PromptTexts(List.of(prompts), negative, second, secondNegative, clipSkips, syntax);
    }

    PromptTexts withNegative(String... negative) {
        return new PromptTexts(prompts, given("negative prompt", negative), second, secondNegative, clipSkips, syntax);
    }

    PromptTexts withSecond(String... second) {
        return new PromptTexts(prompts, negative, given("second prompt", second), secondNegative, clipSkips, syntax);
    }

    PromptTexts withSecondNegative(String... secondNegative) {
        return new PromptTexts(
                prompts, negative, second, given("second negative prompt", secondNegative), clipSkips, syntax);
    }

    PromptTexts withClipSkips(List<Integer> clipSkips) {
        return new PromptTexts(prompts, negative, second, secondNegative, clipSkips, syntax);
    }

    PromptTexts withSyntax(PromptSyntax syntax) {
        return new PromptTexts(prompts, negative, second, secondNegative, clipSkips, syntax);
    }

    /** The negative prompt for one of the prompts; empty if there is none. */
    String negative(int prompt) {
        return negative.isEmpty() ? "" : negative.get(Math.min(prompt, negative.size() - 1));
    }

    /** One for each prompt. */
    List<Integer> clipSkipOfEach() {
        return clipSkips.size() == prompts.size() ? clipSkips : Collections.nCopies(prompts.size(), clipSkips.get(0));
    }

    /** @throws IllegalArgumentException if there is neither one value for all prompts nor one for each */
    static void requireOneOrEach(String what, List<?> values, List<String> prompts) {
        require(
                values.size() == 1 || values.size() == prompts.size(),
                "one %s or one for each of the %s prompts is needed, not %s",
                what,
                prompts.size(),
                values.size());
    }

    private static void requireNoneOneOrEach(String what, List<?> values, List<String> prompts) {
        if (!values.isEmpty()) {
            requireOneOrEach(what, values, prompts);
        }
    }

    private static List<String> given(String what, String... texts) {
        require(texts.length > 0, "one %s or one for each prompt is needed, not 0", what);
        return List.of(texts);
    }
}
