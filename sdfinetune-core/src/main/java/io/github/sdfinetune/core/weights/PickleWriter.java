package io.github.sdfinetune.core.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a pickle of protocol 2, which is torch's; the opcodes are described in {@code pickletools} of Python's library. */
final class PickleWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Map<String, Integer> memo = new HashMap<>();

    PickleWriter() {
        op(0x80).op(2);
    }

    PickleWriter op(int opcode) {
        bytes.write(opcode);
        return this;
    }

    PickleWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        op('X').int32(utf8.length).bytes.writeBytes(utf8);
        return this;
    }

    PickleWriter whole(long value) {
        if (value == (int) value) {
            return op('J').int32((int) value);
        }
        op(0x8a).op(Long.BYTES)
                .bytes
                .writeBytes(little(Long.BYTES).putLong(value).array());
        return this;
    }

    PickleWriter tuple(List<Long> numbers) {
        op('(');
        numbers.forEach(this::whole);
        return op('t');
    }

    /** A class or function, such as {@code torch.FloatStorage}; spelled out once and remembered. */
    PickleWriter name(String global) {
        Integer place = memo.get(global);
        if (place != null) {
            return op('h').op(place);
        }
        int dot = global.lastIndexOf('.');
        String lines = global.substring(0, dot) + "\n" + global.substring(dot + 1) + "\n";
        op('c').bytes.writeBytes(lines.getBytes(StandardCharsets.UTF_8));
        memo.put(global, memo.size());
        return op('q').op(memo.size() - 1);
    }

    /** The whole pickle. */
    ByteBuffer finish() {
        return ByteBuffer.wrap(op('.').bytes.toByteArray());
    }

    private PickleWriter int32(int value) {
        bytes.writeBytes(little(Integer.BYTES).putInt(value).array());
        return this;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
