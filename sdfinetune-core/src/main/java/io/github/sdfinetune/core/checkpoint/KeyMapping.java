package io.github.sdfinetune.core.checkpoint;

import java.util.List;

/**
 * What a tensor, or all tensors below a layer, are called in both layouts.
 *
 * @param diffusers more than one where the original stacks several tensors
 * @param operation how the original tensor is made of diffusers' ones
 */
record KeyMapping(String original, List<String> diffusers, Operation operation) {
    KeyMapping {
        diffusers = List.copyOf(diffusers);
    }

    static KeyMapping renamed(String original, String diffusers) {
        return new KeyMapping(original, List.of(diffusers), Operation.NONE);
    }

    /** The same for something below this layer. */
    KeyMapping below(String rest) {
        return new KeyMapping(
                original + rest, diffusers.stream().map(name -> name + rest).toList(), operation);
    }
}
