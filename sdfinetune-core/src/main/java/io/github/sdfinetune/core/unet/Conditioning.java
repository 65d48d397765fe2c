package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an evaluation of the UNet is conditioned on beside the timestep.
 *
 * @param encoderHiddenStates the text, (batch, textTokens, crossAttentionDim), float32
 * @param textTime what SDXL wants beside it; absent for SD 1.x and 2.x
 */
public record Conditioning(Tensor encoderHiddenStates, Optional<TextTime> textTime) {

    /**
     * The additional conditioning of SDXL.
     *
     * @param pooled one state for the whole text, (batch, projectionDim), float32
     * @param timeIds numbers that describe the picture's size and crop, (batch, 5 or 6), float32
     */
    public record TextTime(Tensor pooled, Tensor timeIds) {
        private TextTime rows(long... rows) {
            return new TextTime(pooled.rows(rows), timeIds.rows(rows));
        }
    }

    /** On text alone. */
    public static Conditioning text(Tensor encoderHiddenStates) {
        return new Conditioning(encoderHiddenStates, Optional.empty());
    }

    /** How many samples this is for. */
    public int batch() {
        return (int) encoderHiddenStates.size(0);
    }

    /** Chosen samples, in this order. */
    public Conditioning rows(long... rows) {
        return new Conditioning(encoderHiddenStates.rows(rows), textTime.map(added -> added.rows(rows)));
    }

    /** Several as one batch; they must have equally many tokens. */
    public static Conditioning concat(Conditioning... parts) {
        if (parts.length == 1) {
            return parts[0];
        }
        return new Conditioning(
                Tensor.concat(0, map(Conditioning::encoderHiddenStates, parts)),
                parts[0].textTime.map(first -> new TextTime(
                        Tensor.concat(0, map(part -> part.textTime.orElseThrow().pooled(), parts)),
                        Tensor.concat(0, map(part -> part.textTime.orElseThrow().timeIds(), parts)))));
    }

    private static Tensor[] map(Function<Conditioning, Tensor> part, Conditioning... parts) {
        return Arrays.stream(parts).map(part).toArray(Tensor[]::new);
    }
}
