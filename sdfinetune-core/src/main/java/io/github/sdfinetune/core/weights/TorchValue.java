package io.github.sdfinetune.core.weights;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a torch file holds: tensors and, around and beside them, plain values. */
public sealed interface TorchValue {

    /** Python's {@code None}. */
    enum None implements TorchValue {
        NONE
    }

    /** A boolean. */
    record Truth(boolean value) implements TorchValue {}

    /** A whole number of any size. */
    record Whole(BigInteger value) implements TorchValue, Comparable<Whole> {
        @Override
        public int compareTo(Whole other) {
            return value.compareTo(other.value);
        }
    }

    /** A floating-point number. */
    record Real(double value) implements TorchValue, Comparable<Real> {
        @Override
        public int compareTo(Real other) {
            return Double.compare(value, other.value);
        }
    }

    /** A string. */
    record Text(String value) implements TorchValue, Comparable<Text> {
        @Override
        public int compareTo(Text other) {
            return value.compareTo(other.value);
        }
    }

    /** Bytes, read-only. */
    record Bytes(ByteBuffer data) implements TorchValue {
        @Override
        public ByteBuffer data() {
            return data.asReadOnlyBuffer();
        }
    }

    /**
     * The name of a class or constant of Python's, such as {@code torch.float32}; also stands for objects that no tensor needs, of
     * which nothing but their class is kept.
     */
    record Name(String global) implements TorchValue {}

    /** A list, tuple or set. */
    final class Sequence implements TorchValue {
        private final List<TorchValue> items;

        Sequence() {
            this(new ArrayList<>(0));
        }

        Sequence(List<TorchValue> items) {
            this.items = items;
        }

        void add(TorchValue item) {
            items.add(item);
        }

        /** The items, unmodifiable. */
        public List<TorchValue> items() {
            return Collections.unmodifiableList(items);
        }
    }

    /** A dictionary, in its order. */
    final class Dictionary implements TorchValue {
        private final Map<TorchValue, TorchValue> items = new LinkedHashMap<>(2);

        void put(TorchValue key, TorchValue value) {
            items.put(key, value);
        }

        /** The entries, unmodifiable. */
        public Map<TorchValue, TorchValue> items() {
            return Collections.unmodifiableMap(items);
        }

        /** The value of a string key. */
        public Optional<TorchValue> get(String key) {
            return Optional.ofNullable(items.get(new Text(key)));
        }
    }

    /** A tensor; a bare storage is one of one dimension. */
    final class Tensor implements TorchValue {
        private final StridedView view;

        Tensor(StridedView view) {
            this.view = view;
        }

        TorchStorage storage() {
            return view.storage();
        }

        /** The type of its elements. */
        public DType dtype() {
            return view.dtype();
        }

        /** Its shape; empty for a scalar. */
        public List<Long> shape() {
            return view.shape();
        }

        /** The tensor under a name of the caller's choice. */
        public WeightEntry named(String name) {
            return new WeightEntry(view.file(), name, view.dtype(), view.shape(), view::contiguous);
        }
    }
}
