package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.weights.DType;
import io.github.sdfinetune.core.weights.WeightEntry;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tensors of an input that has a line for each, of its name and the sizes of its dimensions. Their data, which is nothing to key maps,
 * is missing, so that shapes may be as large as those of files.
 */
final class NamedTensors {
    private static final Path NOWHERE = Path.of("input.safetensors");
    private static final Pattern LINE = Pattern.compile("(.*?)((?: \\d{1,10}){0,8})");
    private static final BigInteger MOST = BigInteger.valueOf(Integer.MAX_VALUE / DType.F32.bytes());

    private NamedTensors() {}

    static TensorFile of(byte... input) {
        Map<String, WeightEntry> entries = new LinkedHashMap<>();
        new String(input, StandardCharsets.UTF_8).lines().forEach(line -> {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                add(entries, matcher.group(1), matcher.group(2));
            }
        });
        return new TensorFile(NOWHERE, entries, Map.of(), OptionalLong.empty());
    }

    /** A shape of more elements than the readers of files let pass is left out. */
    private static void add(Map<String, WeightEntry> entries, String name, String sizes) {
        List<Long> shape = Arrays.stream(sizes.split(" "))
                .filter(size -> !size.isEmpty())
                .map(Long::valueOf)
                .toList();
        BigInteger elements = shape.stream().map(BigInteger::valueOf).reduce(BigInteger.ONE, BigInteger::multiply);
        if (elements.compareTo(MOST) <= 0) {
            entries.put(name, new WeightEntry(NOWHERE, name, DType.F32, shape, ByteBuffer.allocate(0)));
        }
    }
}
