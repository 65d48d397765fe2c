package io.github.sdfinetune.core.prompt;

import io.github.sdfinetune.core.tensor.Tensor;
import java.util.List;

/** A text encoder, as far as prompts are concerned. */
@FunctionalInterface
public interface ChunkEncoder {

    /**
     * Encodes chunks, each for itself.
     *
     * @return (chunks, tokens, dim); tokens is the length of {@link PromptChunk#ids}
     */
    Tensor encode(List<PromptChunk> chunks);
}
