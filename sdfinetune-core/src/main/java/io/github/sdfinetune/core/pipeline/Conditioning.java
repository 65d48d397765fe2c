package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.tensor.Tensor;
import java.util.Optional;

/**
 * What the UNet is conditioned on.
 *
 * @param prompts (batch, textTokens, dim)
 * @param negativePrompts (batch, textTokens, dim); absent without guidance
 */
public record Conditioning(Tensor prompts, Optional<Tensor> negativePrompts) {

    /** Each prompt several times: those of the first prompt first. */
    Conditioning repeated(int count) {
        long[] rows = new long[Math.toIntExact(prompts.size(0) * count)];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i / count;
        }
        return new Conditioning(prompts.rows(rows), negativePrompts.map(negative -> negative.rows(rows)));
    }

    /** As one evaluation of the UNet takes it: (2·batch, textTokens, dim), negative prompts first, or (batch, …) without them. */
    Tensor joined() {
        return negativePrompts
                .map(negative -> Tensor.concat(0, negative, prompts))
                .orElse(prompts);
    }
}
