package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.weights.ZipArchive.Entry;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The form of torch files since 1.6: a zip archive with one folder, in it the pickle {@code data.pkl}, one entry
 * {@code data/<key>} per storage, and {@code byteorder}.
 */
final class TorchZip {
    private static final Pattern PICKLE = Pattern.compile("([^/]+/)?data\\.pkl");
    private static final int LONGEST_WORD = 16;

    private final OpenedFile file;
    private final ZipArchive archive;
    private final String folder;

    private TorchZip(OpenedFile file, ZipArchive archive, String folder) {
        this.file = file;
        this.archive = archive;
        this.folder = folder;
    }

    /** A storage and where its bytes lie. */
    private record Stored(TorchStorage storage, OpenedFile.Range range) {}

    static TorchValue read(OpenedFile file, ReadLimits limits) throws IOException {
        ZipArchive archive = ZipArchive.read(file, limits);
        List<Entry> pickles = archive.entries().stream()
                .filter(entry -> PICKLE.matcher(entry.name()).matches())
                .toList();
        if (pickles.size() != 1) {
            throw new ModelFormatException(
                    file.path(), "is no torch file: its zip archive has " + pickles.size() + " data.pkl, expected one");
        }
        Entry pickle = pickles.get(0);
        String folder = pickle.name().substring(0, pickle.name().lastIndexOf('/') + 1);
        return new TorchZip(file, archive, folder).read(pickle, limits);
    }

    private TorchValue read(Entry pickle, ReadLimits limits) throws IOException {
        Budget budget = new Budget(file.path(), limits.values());
        TorchObjects objects = new TorchObjects(file.path(), limits, budget);
        TorchValue content = Pickle.read(file.path(), archive.content(pickle, limits.headerBytes()), objects, budget);
        fill(objects, byteOrder(), Math.max(limits.headerBytes(), 4 * file.size()));
        return content;
    }

    private ByteOrder byteOrder() throws IOException {
        Entry entry = archive.find(folder + "byteorder");
        String order = entry == null
                ? "little"
                : StandardCharsets.US_ASCII
                        .decode(archive.content(entry, LONGEST_WORD))
                        .toString();
        return switch (order) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default ->
                throw new ModelFormatException(
                        file.path(),
                        folder + "byteorder",
                        "'" + folder + "byteorder' is \"" + order + "\", expected \"little\" or \"big\"");
        };
    }

    /** Maps the storages that are stored and unpacks those that are deflated, which torch itself never does. */
    private void fill(TorchObjects objects, ByteOrder order, long mostUnpacked) throws IOException {
        List<Stored> stored = new ArrayList<>();
        long unpacked = 0;
        for (TorchStorage storage : objects.storages()) {
            Entry entry = archive.find(folder + "data/" + storage.key());
            if (entry == null || entry.size() != storage.bytes()) {
                throw storage.fault(
                        entry == null
                                ? "is missing in the archive"
                                : "has " + entry.size() + " bytes in the archive, expected " + storage.bytes());
            }
            if (entry.isStored()) {
                stored.add(new Stored(storage, entry.packed()));
                continue;
            }
            unpacked += entry.size();
            if (unpacked > mostUnpacked) {
                throw storage.fault("and those before it unpack to more than " + mostUnpacked + " bytes");
            }
            storage.fill(archive.content(entry, Integer.MAX_VALUE).order(order));
        }
        stored.sort(Comparator.comparingLong(each -> each.range.begin()));
        List<ByteBuffer> data = file.map(stored.stream().map(Stored::range).toList());
        for (int i = 0; i < data.size(); i++) {
            stored.get(i).storage.fill(data.get(i).order(order));
        }
    }
}
