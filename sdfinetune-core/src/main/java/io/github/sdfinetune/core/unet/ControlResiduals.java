package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/**
 * What ControlNets add to the results of a UNet's encoder (arXiv:2302.05543).
 *
 * @param down one for each skip connection, in the order of the down blocks, each of that map's size, or of one pixel
 *     where it is averaged over the picture
 * @param mid for the middle block
 */
public record ControlResiduals(List<Tensor> down, Tensor mid) {
    public ControlResiduals {
        down = List.copyOf(down);
    }

    /** Each residual changed, those of the down blocks first. */
    ControlResiduals map(UnaryOperator<Tensor> change) {
        return new ControlResiduals(down.stream().map(change).toList(), change.apply(mid));
    }

    /**
     * Residuals for more samples than these were computed for; the others get zeros.
     *
     * @param rows of these residuals for each sample, -1 for zeros
     */
    public ControlResiduals spread(long... rows) {
        long zeros = mid.size(0);
        long[] from = LongStream.of(rows).map(row -> row < 0 ? zeros : row).toArray();
        return map(residual -> Tensor.concat(0, residual, Tensor.zerosLike(residual.narrow(0, 0, 1)))
                .rows(from));
    }

    /** Of two ControlNets that act together. */
    public ControlResiduals add(ControlResiduals other) {
        List<Tensor> sums = new ArrayList<>();
        for (int i = 0; i < down.size(); i++) {
            sums.add(down.get(i).add(other.down.get(i)));
        }
        return new ControlResiduals(sums, mid.add(other.mid));
    }
}
