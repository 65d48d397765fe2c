package io.github.sdfinetune.examples;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.PromptSyntax;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The prompts, and how they are read. */
final class PromptOptions {
    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "What to show. Given several times, all are denoised together. Needed unless there is --from"
                    + " or --variation.")
    private List<String> prompts = List.of();

    @Option(
            names = "--negative-prompt",
            paramLabel = "TEXT",
            description = "What not to show: once for all prompts, or once for each.")
    private List<String> negativePrompts = List.of();

    @Option(
            names = "--second-prompt",
            paramLabel = "TEXT",
            description = "The text for the second text encoder of Stable Diffusion XL: once, or once for each prompt."
                    + " Default: the prompt.")
    private List<String> secondPrompts = List.of();

    @Option(
            names = "--second-negative-prompt",
            paramLabel = "TEXT",
            description = "The same for the negative prompt. Default: the negative prompt.")
    private List<String> secondNegativePrompts = List.of();

    @Option(
            names = "--clip-skip",
            paramLabel = "N",
            description = "Last layers of the text encoder to leave out: once, or once for each prompt. Default: 0.")
    private List<Integer> clipSkips = List.of();

    @Option(
            names = "--prompt-syntax",
            paramLabel = "NAME",
            description = "a1111, with weights such as (word:1.3) and <lora:name:0.8>, or plain. Default: a1111.")
    private Optional<PromptSyntax> syntax = Optional.empty();

    boolean isGiven() {
        return !prompts.isEmpty();
    }

    /** All texts, to look for names in. */
    String words() {
        return Stream.of(prompts, negativePrompts, secondPrompts, secondNegativePrompts)
                .flatMap(List::stream)
                .collect(Collectors.joining("\n"));
    }

    /** A generation of these prompts; without any, of an empty one. */
    Generation toGeneration() {
        return addTo(
                Generation.of(isGiven() ? texts(prompts) : new String[] {""}).promptSyntax(PromptSyntax.A1111));
    }

    /** A generation of so many empty prompts that each has what was given for it: what is out of range shows before the prompts are known. */
    Generation withoutPrompts() {
        int most = Stream.of(prompts, negativePrompts, secondPrompts, secondNegativePrompts, clipSkips)
                .mapToInt(List::size)
                .max()
                .orElse(0);
        return addTo(Generation.of(Collections.nCopies(Math.max(1, most), "").toArray(String[]::new)));
    }

    /** The generation with what was given. */
    Generation addTo(Generation generation) {
        return new Settings<>(generation)
                .set("--prompt", given(prompts), (g, texts) -> g.prompts(texts(texts)))
                .set("--negative-prompt", given(negativePrompts), (g, texts) -> g.negativePrompt(texts(texts)))
                .set("--second-prompt", given(secondPrompts), (g, texts) -> g.secondPrompt(texts(texts)))
                .set(
                        "--second-negative-prompt",
                        given(secondNegativePrompts),
                        (g, texts) -> g.secondNegativePrompt(texts(texts)))
                .set(
                        "--clip-skip",
                        given(clipSkips),
                        (g, numbers) -> g.clipSkip(
                                numbers.stream().mapToInt(Integer::intValue).toArray()))
                .set("--prompt-syntax", syntax, Generation::promptSyntax)
                .value();
    }

    private static <T> Optional<List<T>> given(List<T> values) {
        return Optional.of(values).filter(each -> !each.isEmpty());
    }

    private static String[] texts(List<String> texts) {
        return texts.toArray(String[]::new);
    }
}
