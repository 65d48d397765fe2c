package io.github.sdfinetune.core.weights;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON header of a safetensors file, checked as strictly as the safetensors library does. It is read as a stream of tokens,
 * because a tree would keep the last of two equal names without a word and recurse as deep as a hostile file asks.
 *
 * @param tensors in the order of their data, which they cover without overlap or hole
 */
record SafetensorsHeader(Map<String, String> metadata, List<Tensor> tensors) {
    static final String METADATA = "__metadata__";

    /** Where a tensor lies, counted from the end of the header. */
    record Tensor(String name, DType dtype, List<Long> shape, long begin, long end) {}

    /**
     * Parses and checks a header.
     *
     * @param path for error messages
     * @param text the header, without its length
     * @param dataBytes how many bytes follow the header
     */
    static SafetensorsHeader parse(Path path, Reader text, long dataBytes, ReadLimits limits) throws IOException {
        SafetensorsHeader header = new Parser(path, text, limits).parse();
        header.tensors.sort(Comparator.comparingLong(Tensor::begin).thenComparingLong(Tensor::end));
        header.checkCoverage(path, dataBytes);
        return header;
    }

    private void checkCoverage(Path path, long dataBytes) {
        long covered = 0;
        for (Tensor tensor : tensors) {
            if (tensor.begin != covered) {
                throw fault(
                        path,
                        tensor.name,
                        "starts at byte " + tensor.begin + " of the data, expected " + covered
                                + (tensor.begin < covered ? " (it overlaps another)" : " (there is a hole)"));
            }
            covered = tensor.end;
        }
        if (covered != dataBytes) {
            throw new ModelFormatException(
                    path,
                    "its tensors cover " + covered + " bytes of data, the file has " + dataBytes
                            + (covered > dataBytes ? " (it is cut off)" : " (there is something behind them)"));
        }
    }

    private static ModelFormatException fault(Path path, String name, String problem) {
        return new ModelFormatException(path, name, "tensor '" + shortened(name) + "' " + problem);
    }

    private static String shortened(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    private static final class Parser {
        private final Path path;
        private final JsonReader reader;
        private final ReadLimits limits;
        private final Set<String> names = new HashSet<>();

        Parser(Path path, Reader text, ReadLimits limits) {
            this.path = path;
            this.reader = new JsonReader(text);
            this.limits = limits;
            reader.setStrictness(Strictness.STRICT);
        }

        SafetensorsHeader parse() throws IOException {
            try {
                return object();
            } catch (MalformedJsonException | EOFException | IllegalStateException | JsonParseException e) {
                throw new ModelFormatException(path, null, "its header is no valid JSON: " + e.getMessage(), e);
            }
        }

        private SafetensorsHeader object() throws IOException {
            Map<String, String> metadata = new LinkedHashMap<>();
            List<Tensor> tensors = new ArrayList<>();
            reader.beginObject();
            while (reader.hasNext()) {
                String name = reader.nextName();
                if (!names.add(name)) {
                    throw fault(path, name, "occurs twice");
                }
                if (name.equals(METADATA)) {
                    readMetadata(metadata);
                } else if (tensors.size() == limits.tensors()) {
                    throw new ModelFormatException(path, "has more than " + limits.tensors() + " tensors");
                } else {
                    tensors.add(readTensor(name));
                }
            }
            reader.endObject();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new ModelFormatException(path, "its header goes on after the JSON object");
            }
            return new SafetensorsHeader(metadata, tensors);
        }

        private void readMetadata(Map<String, String> metadata) throws IOException {
            reader.beginObject();
            while (reader.hasNext()) {
                String key = reader.nextName();
                if (reader.peek() != JsonToken.STRING) {
                    throw new ModelFormatException(path, key, "metadata '" + shortened(key) + "' is no string");
                }
                if (metadata.put(key, reader.nextString()) != null) {
                    throw new ModelFormatException(path, key, "metadata '" + shortened(key) + "' occurs twice");
                }
            }
            reader.endObject();
        }

        private Tensor readTensor(String name) throws IOException {
            DType dtype = null;
            List<Long> shape = null;
            List<Long> offsets = null;
            expect(name, JsonToken.BEGIN_OBJECT, "is not described by an object");
            reader.beginObject();
            while (reader.hasNext()) {
                switch (reader.nextName()) {
                    case "dtype" -> dtype = once(name, "dtype", dtype, readDType(name));
                    case "shape" -> shape = once(name, "shape", shape, readNumbers(name, "shape", limits.dimensions()));
                    case "data_offsets" ->
                        offsets = once(name, "data_offsets", offsets, readNumbers(name, "data_offsets", 2));
                    default -> reader.skipValue();
                }
            }
            reader.endObject();
            if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
                throw fault(path, name, "lacks one of dtype, shape, data_offsets [begin, end]");
            }
            return checked(new Tensor(name, dtype, List.copyOf(shape), offsets.get(0), offsets.get(1)));
        }

        private <T> T once(String name, String field, @Nullable T before, T value) {
            if (before != null) {
                throw fault(path, name, "has two values for '" + field + "'");
            }
            return value;
        }

        private DType readDType(String name) throws IOException {
            expect(name, JsonToken.STRING, "has a dtype that is no string");
            String word = reader.nextString();
            try {
                return DType.valueOf(word);
            } catch (IllegalArgumentException e) {
                throw new ModelFormatException(
                        path,
                        name,
                        "tensor '" + shortened(name) + "' has dtype \"" + shortened(word) + "\", expected one of "
                                + List.of(DType.values()),
                        e);
            }
        }

        private List<Long> readNumbers(String name, String field, int most) throws IOException {
            expect(name, JsonToken.BEGIN_ARRAY, "has a " + field + " that is no list");
            List<Long> numbers = new ArrayList<>();
            reader.beginArray();
            while (reader.hasNext()) {
                if (numbers.size() == most) {
                    throw fault(path, name, "has a " + field + " with more than " + most + " numbers");
                }
                numbers.add(readNumber(name, field));
            }
            reader.endArray();
            return numbers;
        }

        private long readNumber(String name, String field) throws IOException {
            expect(name, JsonToken.NUMBER, "has a " + field + " that is no list of numbers");
            String digits = reader.nextString();
            try {
                long number = Long.parseLong(digits);
                if (number >= 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Fractions, exponents and numbers beyond 64 bits end like negative ones.
            }
            throw fault(
                    path, name, "has " + shortened(digits) + " in its " + field + ", expected a whole number from 0");
        }

        private void expect(String name, JsonToken token, String otherwise) throws IOException {
            if (reader.peek() != token) {
                throw fault(path, name, otherwise);
            }
        }

        private Tensor checked(Tensor tensor) {
            long bytes = tensor.dtype.bytes();
            try {
                for (long dimension : tensor.shape) {
                    bytes = Math.multiplyExact(bytes, dimension);
                }
            } catch (ArithmeticException e) {
                throw fault(path, tensor.name, "has more elements than a file can hold, shape " + tensor.shape);
            }
            if (tensor.end < tensor.begin || tensor.end - tensor.begin != bytes) {
                throw fault(
                        path,
                        tensor.name,
                        "has data_offsets [" + tensor.begin + ", " + tensor.end + "], but " + tensor.dtype
                                + " of shape " + tensor.shape + " takes " + bytes + " bytes");
            }
            if (bytes > Integer.MAX_VALUE) {
                throw fault(path, tensor.name, "takes " + bytes + " bytes, supported are tensors up to 2 GiB");
            }
            return tensor;
        }
    }
}
