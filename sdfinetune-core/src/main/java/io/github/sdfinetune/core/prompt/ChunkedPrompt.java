package io.github.sdfinetune.core.prompt;

import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import java.util.Collections;
import java.util.List;

/**
 * A prompt in chunks. Immutable.
 *
 * @param parts that are joined by {@code AND}; at least one
 * @param cutText what did not fit, in lower case and with its spaces normalised; empty if all of it did
 */
public record ChunkedPrompt(List<ChunkedPart> parts, String cutText) {
    public ChunkedPrompt {
        parts = List.copyOf(parts);
    }

    /**
     * Encodes the prompt.
     *
     * @return for each part (texts, textTokens, dim), of which the row {@link ChunkedPart#textAt} counts at an evaluation. All have the
     *     same textTokens, a multiple of 77: as in the web UI, shorter parts are extended by their last vector
     */
    public List<Tensor> encode(ChunkEncoder encoder, Emphasis emphasis) {
        int longest = parts.stream().mapToInt(ChunkedPart::chunks).max().orElseThrow();
        return parts.stream()
                .map(part -> Scope.keeping(() -> extended(part.encode(encoder, emphasis), longest, part.chunks())))
                .toList();
    }

    private static Tensor extended(Tensor states, int longest, int chunks) {
        if (chunks == longest) {
            return states;
        }
        int tokens = Math.toIntExact(states.size(1));
        Tensor last = states.narrow(1, tokens - 1, 1);
        Tensor chunk =
                Tensor.concat(1, Collections.nCopies(tokens / chunks, last).toArray(Tensor[]::new));
        List<Tensor> more = Collections.nCopies(longest - chunks, chunk);
        return Tensor.concat(1, states, Tensor.concat(1, more.toArray(Tensor[]::new)));
    }
}
