package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.weights.TorchValue.Bytes;
import io.github.sdfinetune.core.weights.TorchValue.Dictionary;
import io.github.sdfinetune.core.weights.TorchValue.Name;
import io.github.sdfinetune.core.weights.TorchValue.None;
import io.github.sdfinetune.core.weights.TorchValue.Sequence;
import io.github.sdfinetune.core.weights.TorchValue.Tensor;
import io.github.sdfinetune.core.weights.TorchValue.Text;
import io.github.sdfinetune.core.weights.TorchValue.Whole;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the names in a pickle of torch's mean: the list of all that may occur, and what becomes of it. Nothing is looked up or
 * executed; each of these names stands for a value that is made here.
 */
final class TorchObjects {
    private static final Map<String, DType> STORAGES = Map.of(
            "torch.DoubleStorage", DType.F64,
            "torch.FloatStorage", DType.F32,
            "torch.HalfStorage", DType.F16,
            "torch.BFloat16Storage", DType.BF16,
            "torch.LongStorage", DType.I64,
            "torch.IntStorage", DType.I32,
            "torch.ShortStorage", DType.I16,
            "torch.CharStorage", DType.I8,
            "torch.ByteStorage", DType.U8,
            "torch.BoolStorage", DType.BOOL);

    private static final Set<String> DICTIONARIES =
            Set.of("collections.OrderedDict", "torch.nn.modules.container.ParameterDict");

    private static final Set<String> SEQUENCES =
            Set.of("torch.Size", "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset");

    private static final Set<String> TENSORS =
            Set.of("torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor");

    private static final Set<String> PARAMETERS =
            Set.of("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state");

    private static final Set<String> TYPES = Set.of(
            "torch.float64",
            "torch.float32",
            "torch.float16",
            "torch.bfloat16",
            "torch.int64",
            "torch.int32",
            "torch.int16",
            "torch.int8",
            "torch.uint8",
            "torch.bool");

    /** Found in checkpoints of training runs, such as the first ones of Stable Diffusion, beside the weights. */
    private static final Set<String> BYSTANDERS = Set.of(
            "numpy.dtype",
            "numpy.ndarray",
            "numpy.core.multiarray.scalar",
            "numpy.core.multiarray._reconstruct",
            "numpy._core.multiarray.scalar",
            "numpy._core.multiarray._reconstruct",
            "pytorch_lightning.callbacks.ModelCheckpoint",
            "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint");

    private static final int LONGEST_KEY = 1000;
    private static final String DEVICE = "torch.device";
    private static final String ENCODE = "_codecs.encode";

    private final Path path;
    private final ReadLimits limits;
    private final Budget budget;
    private final Map<String, TorchStorage> storages = new LinkedHashMap<>();

    TorchObjects(Path path, ReadLimits limits, Budget budget) {
        this.path = path;
        this.limits = limits;
        this.budget = budget;
    }

    /** What torch calls a storage of a type. */
    static String storageOf(DType dtype) {
        return STORAGES.entrySet().stream()
                .filter(storage -> storage.getValue() == dtype)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /** The storages that the pickle mentioned. */
    Collection<TorchStorage> storages() {
        return storages.values();
    }

    /** A class, function or constant. */
    Name named(String global) {
        boolean isKnown = STORAGES.containsKey(global)
                || DICTIONARIES.contains(global)
                || SEQUENCES.contains(global)
                || TENSORS.contains(global)
                || PARAMETERS.contains(global)
                || TYPES.contains(global)
                || BYSTANDERS.contains(global)
                || global.equals(DEVICE)
                || global.equals(ENCODE);
        if (!isKnown) {
            String name = global.length() > 200 ? global.substring(0, 200) + "…" : global;
            throw new ModelFormatException(
                    path, name, "its pickle names '" + name + "', which no tensor needs; it was not executed");
        }
        return new Name(global);
    }

    /** What a function returns, or a new object of a class. */
    TorchValue call(Name function, List<TorchValue> arguments) {
        String name = function.global();
        if (TENSORS.contains(name)) {
            return tensor(name, arguments);
        } else if (PARAMETERS.contains(name)) {
            return argument(name, arguments, 0, Tensor.class);
        } else if (DICTIONARIES.contains(name)) {
            return dictionary(name, arguments);
        } else if (SEQUENCES.contains(name)) {
            return arguments.isEmpty() ? new Sequence() : argument(name, arguments, 0, Sequence.class);
        } else if (name.equals(DEVICE)) {
            return argument(name, arguments, 0, Text.class);
        } else if (name.equals(ENCODE)) {
            return encoded(argument(name, arguments, 0, Text.class).value());
        } else if (BYSTANDERS.contains(name)) {
            return function;
        }
        throw fault(name, "can't be called");
    }

    /** The state of an object that was made before; a ParameterDict keeps its entries there. */
    void setState(TorchValue object, TorchValue state) {
        if (object instanceof Dictionary dictionary) {
            if (state instanceof Dictionary attributes
                    && attributes.get("_parameters").orElse(None.NONE) instanceof Dictionary parameters) {
                budget.spend(parameters.items().size());
                parameters.items().forEach(dictionary::put);
            }
        } else if (!(object instanceof Name)) {
            throw new ModelFormatException(path, "its pickle gives a state to something that has none");
        }
    }

    /** Sets an item; keys that could be large or change are refused. */
    void put(Dictionary dictionary, TorchValue key, TorchValue value) {
        if (key instanceof Sequence || key instanceof Dictionary || key instanceof Tensor || key instanceof Bytes) {
            throw new ModelFormatException(
                    path, "its pickle has a dictionary whose keys are neither texts, numbers nor names");
        }
        boolean isLong = (key instanceof Text text && text.value().length() > LONGEST_KEY)
                || (key instanceof Whole number && number.value().bitLength() > LONGEST_KEY);
        if (isLong) {
            throw new ModelFormatException(path, "its pickle has a key of more than " + LONGEST_KEY + " characters");
        }
        dictionary.put(key, value);
    }

    /** The storage that torch refers to by ('storage', type, key, location, number of elements), whole, as a tensor. */
    Tensor persistent(TorchValue id) {
        if (id instanceof Sequence sequence
                && sequence.items().size() >= 5
                && sequence.items().get(0).equals(new Text("storage"))) {
            List<TorchValue> parts = sequence.items();
            String type = argument("storage", parts, 1, Name.class).global();
            DType dtype = STORAGES.get(type);
            if (dtype == null) {
                throw fault(type, "is no type of storage");
            }
            if (parts.size() > 5 && parts.get(5) != None.NONE) {
                throw fault(type, "is a part of another storage, which is not supported");
            }
            String key = argument("storage", parts, 2, Text.class).value();
            if (key.length() > LONGEST_KEY) {
                throw fault(type, "has a key of more than " + LONGEST_KEY + " characters");
            }
            return new Tensor(StridedView.of(storage(key, dtype, number("storage", parts, 4)), limits));
        }
        throw new ModelFormatException(path, "its pickle refers to something outside that is no storage");
    }

    private TorchStorage storage(String key, DType dtype, long elements) {
        TorchStorage storage = storages.get(key);
        if (storage == null) {
            storage = new TorchStorage(path, key, dtype, elements);
            storages.put(key, storage);
        }
        if (!storage.is(dtype, elements)) {
            throw storage.fault("is described in two ways");
        }
        return storage;
    }

    private Tensor tensor(String name, List<TorchValue> arguments) {
        TorchStorage storage = argument(name, arguments, 0, Tensor.class).storage();
        long offset = number(name, arguments, 1);
        return new Tensor(
                new StridedView(storage, offset, numbers(name, arguments, 2), numbers(name, arguments, 3), limits));
    }

    private Dictionary dictionary(String name, List<TorchValue> arguments) {
        Dictionary dictionary = new Dictionary();
        if (!arguments.isEmpty()) {
            List<TorchValue> pairs =
                    argument(name, arguments, 0, Sequence.class).items();
            budget.spend(pairs.size());
            for (int i = 0; i < pairs.size(); i++) {
                List<TorchValue> pair = argument(name, pairs, i, Sequence.class).items();
                if (pair.size() != 2) {
                    throw fault(name, "has an item that is no pair");
                }
                put(dictionary, pair.get(0), pair.get(1));
            }
        }
        return dictionary;
    }

    /** How protocol 2 writes bytes: as a text in Latin-1. */
    private Bytes encoded(String text) {
        budget.spend(text.length() / 16);
        return new Bytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private long[] numbers(String name, List<TorchValue> arguments, int place) {
        List<TorchValue> numbers =
                argument(name, arguments, place, Sequence.class).items();
        if (numbers.size() > limits.dimensions()) {
            throw fault(name, "has " + numbers.size() + " dimensions, the limit is " + limits.dimensions());
        }
        budget.spend(numbers.size());
        long[] values = new long[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(name, numbers, i);
        }
        return values;
    }

    private long number(String name, List<TorchValue> arguments, int place) {
        Whole number = argument(name, arguments, place, Whole.class);
        if (number.value().bitLength() >= Long.SIZE) {
            throw fault(name, "has a number beyond 64 bits");
        }
        return number.value().longValue();
    }

    private <T extends TorchValue> T argument(String name, List<TorchValue> arguments, int place, Class<T> type) {
        if (place >= arguments.size() || !type.isInstance(arguments.get(place))) {
            throw fault(name, "lacks its argument " + place + ", expected a " + type.getSimpleName());
        }
        return type.cast(arguments.get(place));
    }

    private ModelFormatException fault(String name, String problem) {
        return new ModelFormatException(path, name, "'" + name + "' in its pickle " + problem);
    }
}
