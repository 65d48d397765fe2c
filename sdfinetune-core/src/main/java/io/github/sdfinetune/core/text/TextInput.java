package io.github.sdfinetune.core.text;

import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Texts as a text encoder reads them.
 *
 * @param ids (batch, textTokens), whole numbers
 * @param placed vectors that stand in the place of a token's
 */
public record TextInput(Tensor ids, List<Placed> placed) {
    public TextInput {
        placed = List.copyOf(placed);
    }

    /**
     * A vector in the place of a token's.
     *
     * @param text which of the batch
     * @param position in the text
     * @param vector (1, dim)
     */
    public record Placed(int text, int position, Tensor vector) {}

    /** Texts of tokens alone. */
    public static TextInput of(Tensor ids) {
        return new TextInput(ids, List.of());
    }

    /**
     * The tokens' vectors with the others in their places.
     *
     * @param embedded of the ids, (batch, textTokens, dim)
     * @return the same size
     */
    Tensor place(Tensor embedded, Numerics numerics) {
        if (placed.isEmpty()) {
            return embedded;
        }
        long tokens = ids.size(1);
        long all = ids.size(0) * tokens;
        long[] rows = LongStream.range(0, all).toArray();
        List<Tensor> table = new ArrayList<>(List.of(embedded.reshape(all, embedded.size(2))));
        for (Placed one : placed) {
            rows[Math.toIntExact(one.text() * tokens + one.position())] = all + table.size() - 1;
            table.add(numerics.enter(one.vector()));
        }
        return Tensor.concat(0, table.toArray(Tensor[]::new)).rows(rows).reshape(embedded.shape());
    }
}
