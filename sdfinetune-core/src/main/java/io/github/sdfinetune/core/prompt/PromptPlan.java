package io.github.sdfinetune.core.prompt;

import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.core.text.ClipTokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a prompt says in the course of denoising. Immutable.
 *
 * <pre>{@code
 * PromptPlan plan = PromptPlan.of("a [cat:dog:0.5] AND snow :0.8 <lora:pixel:0.7>", PromptSteps.of(20), PromptSyntax.A1111);
 * plan.at(10);       // "a cat" of weight 1, " snow" of weight 0.8
 * plan.at(11);       // "a dog" of weight 1, " snow" of weight 0.8
 * plan.networks();   // <lora:pixel:0.7>
 * }</pre>
 *
 * @param syntax in which the texts are still to be read: emphasis and {@code BREAK} are in them
 * @param parts that are joined by {@code AND}; at least one
 * @param networks the adapters that the prompt asks for, in its order
 * @param ignored sentences about what the prompt has and will not get, for warnings
 */
public record PromptPlan(PromptSyntax syntax, List<Part> parts, List<ExtraNetwork> networks, List<String> ignored) {

    /** A bound on what one prompt can cost: one changing text of this length takes the tokenizer about twenty seconds. */
    private static final int MOST_CHARACTERS = 2_000_000;

    private static final Set<String> KNOWN_NETWORKS = Set.of("lora", "lyco", "hypernet");

    /**
     * One of the prompts that a prompt is composed of.
     *
     * @param weight how much it counts among the others
     * @param spans in order; the last one ends with the last step
     */
    public record Part(double weight, List<Span> spans) {

        /** The place in {@link #spans} of what {@linkplain PromptPlan#at holds} at an evaluation. */
        private int spanAt(int evaluation) {
            int span = 0;
            while (span < spans.size() - 1 && spans.get(span).lastStep() < evaluation) {
                span++;
            }
            return span;
        }
    }

    /** @param lastStep at which the text holds */
    public record Span(int lastStep, String text) {}

    public PromptPlan {
        parts = List.copyOf(parts);
        networks = List.copyOf(networks);
        ignored = List.copyOf(ignored);
    }

    /**
     * Reads a prompt.
     *
     * @throws IllegalArgumentException if a weight in it is no number, it has more than {@value ClipTokenizer#LONGEST_PROMPT}
     *     characters, or the texts of its steps have together more than {@value #MOST_CHARACTERS}
     */
    public static PromptPlan of(String prompt, PromptSteps steps, PromptSyntax syntax) {
        ClipTokenizer.requireLength(prompt);
        if (syntax == PromptSyntax.PLAIN) {
            return plain(prompt, steps);
        }
        ExtraNetworks found = ExtraNetworks.parse(prompt);
        List<ExtraNetwork> networks = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        for (ExtraNetwork network : found.networks()) {
            if (KNOWN_NETWORKS.contains(network.type().toLowerCase(Locale.ROOT))) {
                networks.add(network);
            } else {
                ignored.add(network + " in the prompt is ignored: expected the type lora, lyco or hypernet");
            }
        }
        return new PromptPlan(syntax, scheduled(Composition.parse(found.text()), steps), networks, ignored);
    }

    /**
     * Reads a negative prompt: schedules and emphasis count; {@code AND} and adapters are words like others, as in the web UI.
     *
     * @throws IllegalArgumentException as {@link #of} does
     */
    public static PromptPlan negative(String prompt, PromptSteps steps, PromptSyntax syntax) {
        ClipTokenizer.requireLength(prompt);
        if (syntax == PromptSyntax.PLAIN) {
            return plain(prompt, steps);
        }
        List<String> ignored = ExtraNetworks.parse(prompt).networks().stream()
                .map(network -> network + " does nothing in a negative prompt: its letters are words like others there")
                .toList();
        return new PromptPlan(syntax, scheduled(List.of(new WeightedText(prompt, 1)), steps), List.of(), ignored);
    }

    private static PromptPlan plain(String prompt, PromptSteps steps) {
        Part part = new Part(1, List.of(new Span(steps.count(), prompt)));
        return new PromptPlan(PromptSyntax.PLAIN, List.of(part), List.of(), List.of());
    }

    private static List<Part> scheduled(List<WeightedText> composed, PromptSteps steps) {
        long characters = 0;
        List<Part> parts = new ArrayList<>();
        for (WeightedText text : composed) {
            PromptSchedule schedule = PromptSchedule.parse(text.text(), steps);
            Map<String, String> distinct = new HashMap<>();
            List<Span> spans = new ArrayList<>();
            for (int lastStep : schedule.lastSteps()) {
                String current = schedule.textAt(lastStep);
                if (distinct.putIfAbsent(current, current) == null) {
                    characters += current.length();
                    requireCharacters(characters);
                }
                spans.add(new Span(lastStep, distinct.getOrDefault(current, current)));
            }
            parts.add(new Part(text.weight(), List.copyOf(spans)));
        }
        return parts;
    }

    private static void requireCharacters(long characters) {
        if (characters > MOST_CHARACTERS) {
            throw new IllegalArgumentException("the prompt changes so often that its texts have together more than "
                    + MOST_CHARACTERS + " characters; use a shorter prompt, fewer steps or fewer alternatives");
        }
    }

    /**
     * What holds at an evaluation of the UNet. The web UI counts evaluations from 0 and compares the number with that of a last
     * step; so what is to change after step 10 changes after 11 evaluations.
     *
     * @param evaluation counted from 0; after the last step holds what held there
     * @return the text and weight of each part
     */
    public List<WeightedText> at(int evaluation) {
        return parts.stream()
                .map(part -> new WeightedText(
                        part.spans().get(part.spanAt(evaluation)).text(), part.weight()))
                .toList();
    }
}
