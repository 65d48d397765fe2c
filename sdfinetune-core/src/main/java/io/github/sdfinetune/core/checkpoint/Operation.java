package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.core.weights.WeightEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What is done to tensors on the way between the layouts, apart from renaming. */
enum Operation {
    NONE,

    /** The original is a 1×1 convolution (out, in, 1, 1), diffusers has a linear layer (out, in). */
    LINEAR_TO_CONV1X1 {
        @Override
        List<WeightEntry> toDiffusers(WeightEntry original, List<String> names) {
            List<Long> shape = original.shape();
            if (shape.size() == 2) {
                return super.toDiffusers(original, names); // some programs write it so
            }
            if (shape.size() != 4 || shape.get(2) != 1 || shape.get(3) != 1) {
                throw original.fault("has shape " + shape + ", expected a convolution of shape [out, in, 1, 1]");
            }
            return List.of(view(original, names.get(0), shape.subList(0, 2), original::data));
        }

        @Override
        TensorSource toOriginal(List<WeightEntry> parts) {
            WeightEntry linear = parts.get(0);
            List<Long> shape = matrix(linear);
            return new TensorSource(linear.dtype(), List.of(shape.get(0), shape.get(1), 1L, 1L), linear::data);
        }
    },

    /** The original holds query, key and value stacked along the first dimension. */
    CONCAT_Q_K_V_DIM0 {
        @Override
        List<WeightEntry> toDiffusers(WeightEntry original, List<String> names) {
            int count = names.size();
            if (original.shape().isEmpty() || original.shape().get(0) % count != 0) {
                throw original.fault(
                        "has shape " + original.shape() + ", expected " + count + " tensors stacked on one another");
            }
            List<Long> shape = new ArrayList<>(original.shape());
            shape.set(0, shape.get(0) / count);
            int bytes = original.elements() / count * original.dtype().bytes();
            List<WeightEntry> parts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int start = i * bytes;
                parts.add(view(
                        original, names.get(i), shape, () -> original.data().slice(start, bytes)));
            }
            return parts;
        }

        @Override
        TensorSource toOriginal(List<WeightEntry> parts) {
            WeightEntry first = parts.get(0);
            for (WeightEntry part : parts) {
                if (!part.shape().equals(first.shape()) || part.dtype() != first.dtype()) {
                    throw part.fault("is " + part.dtype() + " " + part.shape() + ", expected " + first.dtype() + " "
                            + first.shape() + " as '" + first.name() + "', with which it is stacked");
                }
            }
            if (first.shape().isEmpty()) {
                throw first.fault("is a number, expected a tensor that can be stacked");
            }
            List<Long> shape = new ArrayList<>(first.shape());
            shape.set(0, shape.get(0) * parts.size());
            return new TensorSource(first.dtype(), shape, () -> {
                List<ByteBuffer> data = parts.stream().map(WeightEntry::data).toList();
                ByteBuffer all = ByteBuffer.allocate(
                        data.stream().mapToInt(ByteBuffer::remaining).sum());
                data.forEach(all::put);
                return all.flip();
            });
        }
    },

    /** The original is the transpose. */
    TRANSPOSE {
        @Override
        List<WeightEntry> toDiffusers(WeightEntry original, List<String> names) {
            List<Long> shape = matrix(original);
            return List.of(view(original, names.get(0), List.of(shape.get(1), shape.get(0)), transposed(original)));
        }

        @Override
        TensorSource toOriginal(List<WeightEntry> parts) {
            WeightEntry matrix = parts.get(0);
            List<Long> shape = matrix(matrix);
            return new TensorSource(matrix.dtype(), List.of(shape.get(1), shape.get(0)), transposed(matrix));
        }
    };

    /**
     * The tensors of diffusers that an original one holds; views of its data where that is possible.
     *
     * @param names of the results
     */
    List<WeightEntry> toDiffusers(WeightEntry original, List<String> names) {
        return List.of(view(original, names.get(0), original.shape(), original::data));
    }

    /** The original tensor that tensors of diffusers make. */
    TensorSource toOriginal(List<WeightEntry> parts) {
        return TensorSource.of(parts.get(0));
    }

    private static WeightEntry view(WeightEntry of, String name, List<Long> shape, Supplier<ByteBuffer> data) {
        return new WeightEntry(of.file(), name, of.dtype(), shape, data);
    }

    private static List<Long> matrix(WeightEntry entry) {
        if (entry.shape().size() != 2) {
            throw entry.fault("has shape " + entry.shape() + ", expected a matrix");
        }
        return entry.shape();
    }

    private static Supplier<ByteBuffer> transposed(WeightEntry matrix) {
        return () -> {
            int rows = Math.toIntExact(matrix.shape().get(0));
            int columns = Math.toIntExact(matrix.shape().get(1));
            int size = matrix.dtype().bytes();
            ByteBuffer from = matrix.data();
            ByteBuffer to = ByteBuffer.allocate(from.remaining());
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    to.put((column * rows + row) * size, from, (row * columns + column) * size, size);
                }
            }
            return to;
        };
    }
}
