package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a zip archive. Unlike {@code java.util.zip}, it says where the bytes of an entry lie, so that stored ones can be
 * mapped; and it refuses archives that can be read in two ways. Format: APPNOTE.TXT of PKWARE, with Zip64.
 */
final class ZipArchive {
    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int END64 = 0x06064b50;
    private static final int END64_BYTES = 56;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int LOCATOR64_BYTES = 20;
    private static final int CENTRAL = 0x02014b50;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final long IN_ZIP64 = 0xffffffffL;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    private final OpenedFile file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * One file of the archive.
     *
     * @param packed where its bytes lie
     * @param size of its content
     */
    record Entry(String name, boolean isStored, int crc, long size, OpenedFile.Range packed) {}

    private record Directory(long offset, long bytes, long entries) {}

    private ZipArchive(OpenedFile file) {
        this.file = file;
    }

    /** Reads the directory. */
    static ZipArchive read(OpenedFile file, ReadLimits limits) throws IOException {
        ZipArchive archive = new ZipArchive(file);
        archive.readDirectory(archive.findDirectory(), limits);
        return archive;
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    @Nullable
    Entry find(String name) {
        return entries.get(name);
    }

    private Directory findDirectory() throws IOException {
        int tailBytes = (int) Math.min(file.size(), END_BYTES + LONGEST_COMMENT);
        long tailStart = file.size() - tailBytes;
        ByteBuffer tail = file.bytes(tailStart, tailBytes);
        for (int at = tailBytes - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END && at + END_BYTES + unsigned16(tail, at + 20) == tailBytes) {
                Directory directory =
                        new Directory(unsigned32(tail, at + 16), unsigned32(tail, at + 12), unsigned16(tail, at + 10));
                return directory.offset == IN_ZIP64 || directory.entries == 0xffff
                        ? findDirectory64(tailStart + at)
                        : checked(directory, tailStart + at);
            }
        }
        throw fault("is a zip archive without its directory: it is cut off");
    }

    private Directory findDirectory64(long end) throws IOException {
        long locatorStart = end - LOCATOR64_BYTES;
        ByteBuffer locator = record(locatorStart, LOCATOR64_BYTES, LOCATOR64);
        ByteBuffer end64 = record(locator.getLong(8), END64_BYTES, END64);
        return checked(new Directory(end64.getLong(48), end64.getLong(40), end64.getLong(32)), locatorStart);
    }

    private Directory checked(Directory directory, long end) {
        if (directory.offset < 0 || directory.bytes < 0 || directory.offset > end - directory.bytes) {
            throw fault("is a damaged zip archive: its directory does not lie in the file");
        }
        return directory;
    }

    private void readDirectory(Directory directory, ReadLimits limits) throws IOException {
        if (directory.bytes > limits.headerBytes()) {
            throw fault("is a zip archive with a directory of " + directory.bytes + " bytes, the limit is "
                    + limits.headerBytes());
        }
        if (directory.entries > limits.tensors()) {
            throw fault("is a zip archive of " + directory.entries + " entries, the limit is " + limits.tensors());
        }
        ByteBuffer bytes = file.bytes(directory.offset, (int) directory.bytes);
        for (long i = 0; i < directory.entries; i++) {
            Entry entry = readEntry(bytes, directory.offset);
            if (entries.put(entry.name, entry) != null) {
                throw fault("is a zip archive with two entries of the name '" + entry.name + "'");
            }
        }
    }

    private Entry readEntry(ByteBuffer bytes, long directoryStart) throws IOException {
        ByteBuffer fixed = part(bytes, CENTRAL_BYTES);
        if (fixed.getInt(0) != CENTRAL) {
            throw fault("is a damaged zip archive: its directory has an entry that is none");
        }
        int method = unsigned16(fixed, 10);
        String name = StandardCharsets.UTF_8
                .decode(part(bytes, unsigned16(fixed, 28)))
                .toString();
        ByteBuffer extra = part(bytes, unsigned16(fixed, 30));
        part(bytes, unsigned16(fixed, 32)); // a comment
        ByteBuffer wide = zip64(extra);
        long size = wide(fixed, 24, wide);
        long packedBytes = wide(fixed, 20, wide);
        long header = wide(fixed, 42, wide);
        boolean isEncrypted = (unsigned16(fixed, 8) & 1) != 0;
        if (isEncrypted || (method != STORED && method != DEFLATED)) {
            throw fault("has an entry '" + name + "' that is encrypted or packed by method " + method
                    + ", expected stored or deflated");
        }
        ByteBuffer local = record(header, LOCAL_BYTES, LOCAL);
        long start = header + LOCAL_BYTES + unsigned16(local, 26) + unsigned16(local, 28);
        if (packedBytes < 0
                || size < 0
                || start > directoryStart - packedBytes
                || (method == STORED && size != packedBytes)) {
            throw fault("is a damaged zip archive: entry '" + name + "' does not lie in the file with its " + size
                    + " bytes");
        }
        return new Entry(
                name, method == STORED, fixed.getInt(16), size, new OpenedFile.Range(start, start + packedBytes));
    }

    /** The numbers that are too large for the fixed part; empty where there are none. */
    private ByteBuffer zip64(ByteBuffer extra) {
        while (extra.remaining() >= 4) {
            int id = Short.toUnsignedInt(extra.getShort());
            ByteBuffer content = part(extra, Short.toUnsignedInt(extra.getShort()));
            if (id == 1) {
                return content;
            }
        }
        return extra.slice(extra.limit(), 0);
    }

    private long wide(ByteBuffer fixed, int place, ByteBuffer wide) {
        long value = unsigned32(fixed, place);
        return value == IN_ZIP64 ? part(wide, Long.BYTES).getLong() : value;
    }

    /**
     * The content of an entry as a copy.
     *
     * @param most longest content
     * @throws ModelFormatException if it is longer, or damaged
     */
    ByteBuffer content(Entry entry, int most) throws IOException {
        long packedBytes = entry.packed.end() - entry.packed.begin();
        if (entry.size > most || packedBytes > most) {
            throw fault("entry '" + entry.name + "' takes " + Math.max(entry.size, packedBytes)
                    + " bytes, the limit is " + most);
        }
        ByteBuffer packed = file.bytes(entry.packed.begin(), (int) packedBytes);
        ByteBuffer content = entry.isStored ? packed : inflated(entry, packed);
        CRC32 crc = new CRC32();
        crc.update(content.duplicate());
        if ((int) crc.getValue() != entry.crc) {
            throw fault("is damaged: the checksum of entry '" + entry.name + "' is wrong");
        }
        return content;
    }

    private ByteBuffer inflated(Entry entry, ByteBuffer packed) {
        Inflater inflater = new Inflater(true);
        try {
            ByteBuffer content = ByteBuffer.allocate((int) entry.size).order(ByteOrder.LITTLE_ENDIAN);
            inflater.setInput(packed);
            while (content.hasRemaining() && inflater.inflate(content) > 0) {}
            if (content.hasRemaining()) {
                throw fault("is damaged: entry '" + entry.name + "' ends before its " + entry.size + " bytes");
            }
            return content.flip();
        } catch (DataFormatException e) {
            throw new ModelFormatException(
                    file.path(), entry.name, "is damaged: entry '" + entry.name + "' can't be unpacked", e);
        } finally {
            inflater.end();
        }
    }

    private ByteBuffer record(long position, int bytes, int signature) throws IOException {
        if (position < 0 || position > file.size() - bytes) {
            throw fault("is a damaged zip archive: something of it lies outside the file");
        }
        ByteBuffer record = file.bytes(position, bytes);
        if (record.getInt(0) != signature) {
            throw fault("is a damaged zip archive: there is no header at byte " + position);
        }
        return record;
    }

    private ByteBuffer part(ByteBuffer bytes, int length) {
        if (length > bytes.remaining()) {
            throw fault("is a damaged zip archive: its directory is cut off");
        }
        ByteBuffer part = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + length);
        return part;
    }

    private static int unsigned16(ByteBuffer bytes, int place) {
        return Short.toUnsignedInt(bytes.getShort(place));
    }

    private static long unsigned32(ByteBuffer bytes, int place) {
        return Integer.toUnsignedLong(bytes.getInt(place));
    }

    Path path() {
        return file.path();
    }

    private ModelFormatException fault(String problem) {
        return new ModelFormatException(file.path(), problem);
    }
}
