package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The adapters of one call: which layers they change, and how, and which words they teach. Layers are named by component and path, such as {@code
 * unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q}.
 */
public final class Patches {
    private static final Patches NONE = new Patches(Map.of(), List.of());

    private final Map<String, List<LayerPatch>> byLayer;
    private final List<LearnedWord> words;

    private Patches(Map<String, List<LayerPatch>> byLayer, List<LearnedWord> words) {
        this.byLayer = byLayer;
        this.words = words;
    }

    /** No adapter. */
    public static Patches none() {
        return NONE;
    }

    /** The changes of one adapter. */
    public static Patches of(Map<String, ? extends LayerPatch> changes) {
        Map<String, List<LayerPatch>> byLayer = new LinkedHashMap<>();
        changes.forEach((layer, patch) -> byLayer.put(layer, List.of(patch)));
        return new Patches(byLayer, List.of());
    }

    /** No changes, but a word. */
    public static Patches of(LearnedWord word) {
        return new Patches(Map.of(), List.of(word));
    }

    /** These changes, and then others. */
    public Patches and(Patches others) {
        Map<String, List<LayerPatch>> joined = new LinkedHashMap<>(byLayer);
        others.byLayer.forEach((layer, patches) -> joined.merge(layer, patches, (first, second) -> {
            List<LayerPatch> both = new ArrayList<>(first);
            both.addAll(second);
            return both;
        }));
        List<LearnedWord> bothWords = new ArrayList<>(words);
        bothWords.addAll(others.words);
        return new Patches(joined, bothWords);
    }

    /** The words that prompts may use, in the order of the adapters. */
    public List<LearnedWord> words() {
        return Collections.unmodifiableList(words);
    }

    Tensor apply(String layer, Tensor input, Tensor output) {
        Tensor changed = output;
        for (LayerPatch patch : byLayer.getOrDefault(layer, List.of())) {
            changed = patch.apply(input, changed);
        }
        return changed;
    }
}
