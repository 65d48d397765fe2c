package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A weight file while it is being opened: its bytes, read or mapped, and errors in the library's own words. */
final class OpenedFile {
    private static final byte[] LFS_POINTER = "version ".getBytes(StandardCharsets.US_ASCII);

    private final Path path;
    private final FileChannel channel;
    private final long size;

    private OpenedFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.size = channel.size();
    }

    /** How a format is read. */
    @FunctionalInterface
    interface Reading<T> {
        T from(OpenedFile file) throws IOException;
    }

    /** A range of bytes; begin and end count from the start of the file. */
    record Range(long begin, long end) {}

    /**
     * Opens a file for as long as it is being read.
     *
     * @param kind what is expected, such as "safetensors file"
     * @throws ModelFormatException if it can't be read
     * @throws CancelledException if the thread is interrupted, whose flag stays set
     */
    static <T> T read(Path path, String kind, Reading<T> reading) {
        if (Files.isDirectory(path)) {
            throw new ModelFormatException(path, "is a folder, expected a " + kind);
        }
        try (FileChannel channel = FileChannel.open(path)) {
            OpenedFile file = new OpenedFile(path, channel);
            file.refuseLfsPointer();
            return reading.from(file);
        } catch (NoSuchFileException e) {
            throw new ModelFormatException(path, null, "no such file", e);
        } catch (ClosedByInterruptException e) {
            throw new CancelledException(0, 1);
        } catch (IOException e) {
            throw new ModelFormatException(path, null, "can't be read: " + e, e);
        }
    }

    private void refuseLfsPointer() throws IOException {
        if (size >= LFS_POINTER.length && bytes(0, LFS_POINTER.length).equals(ByteBuffer.wrap(LFS_POINTER))) {
            throw new ModelFormatException(
                    path, "is a Git LFS pointer, not the file itself; get it with \"git lfs pull\"");
        }
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /** A copy of some bytes, little-endian; the caller has checked that the file has so many. */
    ByteBuffer bytes(long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {}
        if (bytes.hasRemaining()) {
            throw new ModelFormatException(path, "became shorter while it was read");
        }
        return bytes.flip();
    }

    /** The bytes of one range, mapped. */
    ByteBuffer map(Range range) throws IOException {
        return map(List.of(range)).get(0);
    }

    /**
     * The bytes of ranges, mapped. A buffer ends at 2 GiB, so they are mapped in windows that hold whole ranges.
     *
     * @param ranges within the file, none longer than 2 GiB, ascending by their begin
     */
    List<ByteBuffer> map(List<Range> ranges) throws IOException {
        List<ByteBuffer> buffers = new ArrayList<>(ranges.size());
        while (buffers.size() < ranges.size()) {
            int first = buffers.size();
            long begin = ranges.get(first).begin;
            long end = begin;
            int next = first;
            while (next < ranges.size() && ranges.get(next).end - begin <= Integer.MAX_VALUE) {
                end = Math.max(end, ranges.get(next).end);
                next++;
            }
            ByteBuffer window = channel.map(MapMode.READ_ONLY, begin, end - begin);
            for (Range range : ranges.subList(first, next)) {
                buffers.add(window.slice((int) (range.begin - begin), (int) (range.end - range.begin)));
            }
        }
        return buffers;
    }
}
