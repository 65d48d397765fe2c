package io.github.sdfinetune.core;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.layer.AdapterScale;
import io.github.sdfinetune.core.prompt.ExtraNetwork;
import io.github.sdfinetune.core.prompt.PromptPlan;
import io.github.sdfinetune.core.prompt.PromptSteps;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.List;

/** The adapters that the prompts of a generation name. */
final class PromptAdapters {
    private PromptAdapters() {}

    /** An adapter, how the prompt calls it, and how strongly it acts. */
    record Named(String name, Adapter adapter, AdapterScale scale) {}

    /**
     * Finds the adapters in the generation's registry.
     *
     * @param listener is warned of adapters in a second prompt, which do nothing
     * @throws IllegalArgumentException if a name is not registered, a weight is no finite number, or the prompts name different
     *     adapters: all pictures are denoised together, with the same layers
     */
    static List<Named> of(Generation generation, ProgressListener listener) {
        for (String prompt : generation.secondPrompts()) {
            for (ExtraNetwork network : networks(prompt, generation)) {
                listener.on(new ProgressEvent.Warning(
                        network + " in a second prompt is ignored: adapters are named in the first one"));
            }
        }
        List<ExtraNetwork> first = networks(generation.prompts().get(0), generation);
        for (String prompt : generation.prompts()) {
            List<ExtraNetwork> others = networks(prompt, generation);
            if (!others.equals(first)) {
                throw new IllegalArgumentException("the prompts of one generation must name the same adapters, but the"
                        + " first names " + first + ", another " + others + "; use a generation for each");
            }
        }
        return first.stream().map(network -> named(network, generation)).toList();
    }

    private static List<ExtraNetwork> networks(String prompt, Generation generation) {
        return PromptPlan.of(prompt, PromptSteps.of(generation.steps()), generation.promptSyntax())
                .networks();
    }

    private static Named named(ExtraNetwork network, Generation generation) {
        AdapterScale scale = new AdapterScale(network.textEncoderWeight(), network.unetWeight());
        if (!Float.isFinite((float) scale.textEncoder()) || !Float.isFinite((float) scale.unet())) {
            throw new IllegalArgumentException("the weights of " + network + " in the prompt must be finite");
        }
        return new Named(network.name(), generation.registry().find(network.name()), scale);
    }
}
