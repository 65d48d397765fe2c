package io.github.sdfinetune.core.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Torch files made byte by byte: a pickle from its opcodes, and the archive around it. */
final class TorchBytes {
    private static final String LEGACY_HEADER = "80028a0a6cfc9c46f9206aa850192e" + "80024de9032e";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A pickle of protocol 2. */
    static TorchBytes pickle() {
        return new TorchBytes().op(0x80, 2);
    }

    TorchBytes op(int... opcodes) {
        for (int opcode : opcodes) {
            bytes.write(opcode);
        }
        return this;
    }

    TorchBytes op(String opcodes) {
        return raw(opcodes.getBytes(StandardCharsets.ISO_8859_1));
    }

    TorchBytes raw(byte[] raw) {
        bytes.writeBytes(raw);
        return this;
    }

    TorchBytes int32(int number) {
        return raw(little(4).putInt(number).array());
    }

    TorchBytes text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return op("X").int32(utf8.length).raw(utf8);
    }

    TorchBytes whole(long number) {
        return op(0x8a, 8).raw(little(8).putLong(number).array());
    }

    TorchBytes tuple(long... numbers) {
        op("(");
        for (long number : numbers) {
            whole(number);
        }
        return op("t");
    }

    /** A class or function, such as {@code torch FloatStorage}. */
    TorchBytes global(String moduleAndName) {
        return op("c").raw(moduleAndName.replace(' ', '\n').getBytes(StandardCharsets.UTF_8))
                .op("\n");
    }

    TorchBytes storage(String key, String type, long elements) {
        return op("(").text("storage")
                .global("torch " + type)
                .text(key)
                .text("cpu")
                .whole(elements)
                .op("tQ");
    }

    TorchBytes tensor(String key, String type, long elements, long offset, long[] shape, long[] strides) {
        return global("torch._utils _rebuild_tensor_v2")
                .op("(")
                .storage(key, type, elements)
                .whole(offset)
                .tuple(shape)
                .tuple(strides)
                .op(0x89)
                .op("}tR");
    }

    /** A tensor that is all of its storage. */
    TorchBytes vector(String key, String type, long elements) {
        return tensor(key, type, elements, 0, new long[] {elements}, new long[] {1});
    }

    byte[] end() {
        return op(".").bytes.toByteArray();
    }

    static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] floats(ByteOrder order, float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(order);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return buffer.array();
    }

    /** The old form, of one storage. */
    static byte[] legacy(byte[] content, boolean isLittleEndian, String key, long elements, byte[] storage) {
        TorchBytes file = new TorchBytes().raw(HexFormat.of().parseHex(LEGACY_HEADER));
        file.raw(pickle().op("}")
                .text("little_endian")
                .op(isLittleEndian ? 0x88 : 0x89)
                .op("s")
                .end());
        file.raw(content).raw(pickle().op("]").text(key).op("a").end());
        ByteOrder order = isLittleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        file.raw(ByteBuffer.allocate(8).order(order).putLong(elements).array());
        return file.raw(storage).bytes.toByteArray();
    }

    /** A zip archive. */
    static final class Archive {
        private final Map<String, byte[]> entries = new LinkedHashMap<>();
        private boolean isDeflated;
        private boolean isZip64;
        private int method = -1;

        Archive with(String name, byte[] content) {
            entries.put(name, content);
            return this;
        }

        Archive with(String name, String content) {
            return with(name, content.getBytes(StandardCharsets.UTF_8));
        }

        Archive deflated() {
            isDeflated = true;
            return this;
        }

        Archive zip64() {
            isZip64 = true;
            return this;
        }

        /** Claims another method of packing. */
        Archive method(int claimed) {
            method = claimed;
            return this;
        }

        byte[] build() {
            TorchBytes file = new TorchBytes();
            TorchBytes directory = new TorchBytes();
            entries.forEach((name, content) -> write(file, directory, name, content));
            int start = file.bytes.size();
            int length = directory.bytes.size();
            file.raw(directory.bytes.toByteArray());
            if (isZip64) {
                int end = file.bytes.size();
                file.raw(little(56)
                        .putInt(0x06064b50)
                        .putLong(44)
                        .putShort((short) 45)
                        .putShort((short) 45)
                        .putInt(0)
                        .putInt(0)
                        .putLong(entries.size())
                        .putLong(entries.size())
                        .putLong(length)
                        .putLong(start)
                        .array());
                file.raw(little(20)
                        .putInt(0x07064b50)
                        .putInt(0)
                        .putLong(end)
                        .putInt(1)
                        .array());
            }
            short count = (short) (isZip64 ? -1 : entries.size());
            file.raw(little(22)
                    .putInt(0x06054b50)
                    .putInt(0)
                    .putShort(count)
                    .putShort(count)
                    .putInt(isZip64 ? -1 : length)
                    .putInt(isZip64 ? -1 : start)
                    .putShort((short) 0)
                    .array());
            return file.bytes.toByteArray();
        }

        private void write(TorchBytes file, TorchBytes directory, String name, byte[] content) {
            int offset = file.bytes.size();
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            byte[] packed = isDeflated ? deflate(content) : content;
            CRC32 crc = new CRC32();
            crc.update(content);
            short claimed = (short) (method >= 0 ? method : isDeflated ? 8 : 0);
            file.raw(little(30)
                    .putInt(0x04034b50)
                    .putInt(0)
                    .putShort(claimed)
                    .putInt(0)
                    .putInt((int) crc.getValue())
                    .putInt(packed.length)
                    .putInt(content.length)
                    .putShort((short) utf8.length)
                    .putShort((short) 0)
                    .array());
            file.raw(utf8).raw(packed);
            directory.raw(little(46)
                    .putInt(0x02014b50)
                    .putInt(0)
                    .putShort((short) 0)
                    .putShort(claimed)
                    .putInt(0)
                    .putInt((int) crc.getValue())
                    .putInt(isZip64 ? -1 : packed.length)
                    .putInt(isZip64 ? -1 : content.length)
                    .putShort((short) utf8.length)
                    .putShort((short) (isZip64 ? 34 : 0))
                    .putShort((short) 0)
                    .putInt(0)
                    .putInt(0)
                    .putInt(isZip64 ? -1 : offset)
                    .array());
            directory.raw(utf8);
            if (isZip64) {
                directory.raw(little(34)
                        .putShort((short) 0x5455)
                        .putShort((short) 2)
                        .putShort((short) 0)
                        .putShort((short) 1)
                        .putShort((short) 24)
                        .putLong(content.length)
                        .putLong(packed.length)
                        .putLong(offset)
                        .array());
            }
        }

        private static byte[] deflate(byte[] content) {
            Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
            deflater.setInput(content);
            deflater.finish();
            byte[] packed = new byte[content.length + 64];
            int length = deflater.deflate(packed);
            deflater.end();
            return Arrays.copyOf(packed, length);
        }
    }
}
