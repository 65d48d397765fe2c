package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.SizeConditioning;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.pipeline.PromptBatch.SizeNumbers;
import io.github.sdfinetune.core.prompt.PromptPlan;
import io.github.sdfinetune.core.prompt.PromptSteps;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Encodes the prompts of a generation. */
final class PromptEncoder {
    private final DiffusionModel model;
    private final TextConditioner text;
    private final ProgressListener listener;

    PromptEncoder(DiffusionModel model, Patches patches, ProgressListener listener) {
        this.model = model;
        this.listener = listener;
        boolean pooled = model.unet().config().textTime().isPresent();
        text = new TextConditioner(model.textEncoders(), pooled, patches, listener);
    }

    /**
     * Encodes prompts and, if there is guidance, negative prompts.
     *
     * @param steps for the prompts' schedules
     * @param size of the pictures
     */
    PromptBatch encode(Generation generation, PromptSteps steps, PixelSize size) {
        if (ignoresClipSkip(generation)) {
            listener.on(new ProgressEvent.Warning("clip skip does nothing for " + model.family()
                    + " in the web interface and so in its prompt syntax; the plain syntax has it for all models"));
        }
        List<PromptStates> prompts = new ArrayList<>();
        List<PromptStates> negativePrompts = new ArrayList<>();
        for (int i = 0; i < generation.prompts().size(); i++) {
            PromptStates prompt = prompt(generation, i, steps);
            prompts.addAll(Collections.nCopies(generation.count(), prompt));
            if (generation.guidanceScale() > 1) {
                PromptStates negative = negativePrompt(generation, i, steps, prompt);
                negativePrompts.addAll(Collections.nCopies(generation.count(), negative));
            }
        }
        return new PromptBatch(prompts, negativePrompts, sizeNumbers(generation, size));
    }

    private PromptStates prompt(Generation generation, int index, PromptSteps steps) {
        List<PromptPlan> plans = plans(
                generation.prompts().get(index),
                generation.secondPrompts(),
                index,
                prompt -> PromptPlan.of(prompt, steps, generation.promptSyntax()));
        return text.encode(
                plans, ignoresClipSkip(generation) ? 0 : generation.clipSkips().get(index));
    }

    private PromptStates negativePrompt(Generation generation, int index, PromptSteps steps, PromptStates prompt) {
        String negative = generation.negativePrompt(index);
        if (isZeros(generation, negative)) {
            return prompt.zeros();
        }
        return text.encode(
                plans(
                        negative,
                        generation.secondNegativePrompts(),
                        index,
                        words -> PromptPlan.negative(words, steps, generation.promptSyntax())),
                negativeClipSkip(generation, index));
    }

    /** In diffusers a model's folder says so for a prompt that is absent; in the web interface all of SDXL do so for an empty one. */
    private boolean isZeros(Generation generation, String negative) {
        return isWebInterface(generation)
                ? model.unet().config().textTime().isPresent()
                        && negative.isEmpty()
                        && generation.secondNegativePrompts().isEmpty()
                : model.index().zerosForEmptyPrompt()
                        && generation.negativePrompts().isEmpty();
    }

    /** In diffusers clip skip does not concern negative prompts; in the web interface it does. */
    private int negativeClipSkip(Generation generation, int index) {
        return isWebInterface(generation) && !ignoresClipSkip(generation)
                ? generation.clipSkips().get(index)
                : 0;
    }

    /** The web interface has clip skip for the text encoder of Stable Diffusion 1.x only. */
    private boolean ignoresClipSkip(Generation generation) {
        return isWebInterface(generation)
                && !model.isStableDiffusion1()
                && generation.clipSkips().stream().anyMatch(skip -> skip > 0);
    }

    private static boolean isWebInterface(Generation generation) {
        return generation.promptSyntax() == PromptSyntax.A1111;
    }

    private interface Reader {
        PromptPlan read(String prompt);
    }

    private List<PromptPlan> plans(String first, List<String> seconds, int index, Reader reader) {
        if (seconds.isEmpty()) {
            return List.of(reader.read(first));
        }
        if (model.textEncoders().size() == 1) {
            throw new IllegalArgumentException(model.family()
                    + " has one text encoder and takes no second prompt, was \"" + seconds.get(0) + "\"");
        }
        return List.of(reader.read(first), reader.read(seconds.get(Math.min(index, seconds.size() - 1))));
    }

    private Optional<SizeNumbers> sizeNumbers(Generation generation, PixelSize size) {
        if (model.unet().config().textTime().isEmpty()) {
            return Optional.empty();
        }
        SizeConditioning told =
                generation.sizeConditioning().orElseGet(() -> SizeConditioning.of(size.width(), size.height()));
        return Optional.of(
                model.index().aestheticScore()
                        ? new SizeNumbers(
                                withScore(told.prompt(), told.aestheticScore()),
                                withScore(told.negativePrompt(), told.negativeAestheticScore()))
                        : new SizeNumbers(withTarget(told.prompt()), withTarget(told.negativePrompt())));
    }

    private static float[] withTarget(SizeConditioning.Sizes sizes) {
        return new float[] {
            sizes.originalHeight(),
            sizes.originalWidth(),
            sizes.cropTop(),
            sizes.cropLeft(),
            sizes.targetHeight(),
            sizes.targetWidth()
        };
    }

    private static float[] withScore(SizeConditioning.Sizes sizes, double score) {
        return new float[] {
            sizes.originalHeight(), sizes.originalWidth(), sizes.cropTop(), sizes.cropLeft(), (float) score
        };
    }
}
