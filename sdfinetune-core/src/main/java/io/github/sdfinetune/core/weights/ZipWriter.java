package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.file.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes a zip archive whose entries are stored and begin at multiples of 64 bytes, as torch does so that they can be mapped; with
 * Zip64 where a number is too large without. Format: APPNOTE.TXT of PKWARE.
 */
final class ZipWriter {
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL = 0x02014b50;
    private static final int CENTRAL_BYTES = 46;
    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int END64 = 0x06064b50;
    private static final int END64_BYTES = 56;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int LOCATOR64_BYTES = 20;
    private static final int EXTRA_BYTES = 4;
    private static final short ZIP64_EXTRA = 1;
    /** An unassigned kind of extra field, which torch pads with. */
    private static final short PADDING_EXTRA = 'F' | 'B' << 8;

    private static final int ALIGNMENT = 64;
    private static final short VERSION = 45;
    /** Midnight of 1 January 1980, so that the same content makes the same file. */
    private static final int TIME = 1 << 21 | 1 << 16;

    private static final long IN_ZIP64 = 0xffffffffL;
    private static final int COUNT_IN_ZIP64 = 0xffff;

    private final FileChannel channel;
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(byte[] name, int crc, int size, long header) {}

    /** An archive from the position of a channel on; what stands before it in the file is left alone. */
    ZipWriter(FileChannel channel) {
        this.channel = channel;
    }

    /** Appends an entry. */
    void add(String name, ByteBuffer content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content.duplicate());
        Entry entry = new Entry(
                name.getBytes(StandardCharsets.UTF_8), (int) crc.getValue(), content.remaining(), channel.position());
        int padding = (int) -(entry.header + LOCAL_BYTES + entry.name.length + EXTRA_BYTES) & (ALIGNMENT - 1);
        ByteBuffer header = little(LOCAL_BYTES + entry.name.length + EXTRA_BYTES + padding)
                .putInt(LOCAL)
                .putShort(VERSION);
        describe(header, entry, EXTRA_BYTES + padding);
        header.put(entry.name).putShort(PADDING_EXTRA).putShort((short) padding);
        AtomicFile.append(channel, header.rewind());
        AtomicFile.append(channel, content);
        entries.add(entry);
    }

    /** What the header of an entry and its line in the directory have in common. */
    private static void describe(ByteBuffer target, Entry entry, int extraBytes) {
        target.putShort((short) 0) // flags
                .putShort((short) 0) // stored
                .putInt(TIME)
                .putInt(entry.crc)
                .putInt(entry.size)
                .putInt(entry.size)
                .putShort((short) entry.name.length)
                .putShort((short) extraBytes);
    }

    /** Appends the directory, after which nothing more can be added. */
    void finish() throws IOException {
        long start = channel.position();
        for (Entry entry : entries) {
            AtomicFile.append(channel, line(entry));
        }
        long end = channel.position();
        boolean isWide = entries.size() >= COUNT_IN_ZIP64 || end >= IN_ZIP64;
        if (isWide) {
            AtomicFile.append(channel, end64(start, end));
        }
        short count = (short) (isWide ? COUNT_IN_ZIP64 : entries.size());
        ByteBuffer record = little(END_BYTES)
                .putInt(END)
                .putInt(0) // numbers of disks
                .putShort(count)
                .putShort(count)
                .putInt((int) (isWide ? IN_ZIP64 : end - start))
                .putInt((int) (isWide ? IN_ZIP64 : start));
        AtomicFile.append(channel, record.rewind());
    }

    private static ByteBuffer line(Entry entry) {
        boolean isWide = entry.header >= IN_ZIP64;
        int extraBytes = isWide ? EXTRA_BYTES + Long.BYTES : 0;
        ByteBuffer line = little(CENTRAL_BYTES + entry.name.length + extraBytes)
                .putInt(CENTRAL)
                .putShort(VERSION)
                .putShort(VERSION);
        describe(line, entry, extraBytes);
        line.position(CENTRAL_BYTES - Integer.BYTES); // no comment, no attributes
        line.putInt((int) (isWide ? IN_ZIP64 : entry.header)).put(entry.name);
        if (isWide) {
            line.putShort(ZIP64_EXTRA).putShort((short) Long.BYTES).putLong(entry.header);
        }
        return line.rewind();
    }

    private ByteBuffer end64(long start, long end) {
        return little(END64_BYTES + LOCATOR64_BYTES)
                .putInt(END64)
                .putLong(END64_BYTES - Integer.BYTES - Long.BYTES)
                .putShort(VERSION)
                .putShort(VERSION)
                .putLong(0) // numbers of disks
                .putLong(entries.size())
                .putLong(entries.size())
                .putLong(end - start)
                .putLong(start)
                .putInt(LOCATOR64)
                .putInt(0) // number of the disk
                .putLong(end)
                .putInt(1) // disks
                .rewind();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
