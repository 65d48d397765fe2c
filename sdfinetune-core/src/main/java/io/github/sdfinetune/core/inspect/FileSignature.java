package io.github.sdfinetune.core.inspect;

import io.github.sdfinetune.core.image.PictureFormat;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a file is by how it begins, whatever its name. */
enum FileSignature {
    PICTURE("picture", "damaged"),
    SAFETENSORS("safetensors file", "can't be used as it is; get it again"),
    ZIP(
            "zip archive",
            "a file of torch's is one too, but this one can't be used; if it was packed to be sent, unpack it"),
    PICKLE("pickle, the older form of torch's files", "can't be used"),
    EMPTY("empty file", "get it again"),
    LFS_POINTER("Git LFS pointer, not the file itself", "get the file with \"git lfs pull\""),
    WEB_PAGE(
            "web page",
            "most likely what a server answered instead of the file: it may want a login or the acceptance of terms; then get"
                    + " the file again"),
    JSON("JSON text", "settings of a model or a list of its files; inspect the folder that it stands in"),
    GGUF("GGUF file, quantised weights", "not supported; get the safetensors file that it was made from"),
    HDF5("HDF5 file, as Keras writes it", "not supported; get a safetensors file"),
    PACKED("packed archive (gzip, 7-Zip or RAR)", "unpack it, and inspect what is in it"),
    TEXT("text file", "holds no weights"),
    OTHER("file of no known kind", "not known here; supported are safetensors, files of torch's, and pictures");

    private static final int START_BYTES = 512;
    private static final int LENGTH_BYTES = 8;

    private final String label;
    private final String remedy;

    FileSignature(String label, String remedy) {
        this.label = label;
        this.remedy = remedy;
    }

    /** For people. */
    String label() {
        return label;
    }

    /** What can be done with a file that begins like this and can't be read as what it seems. */
    String remedy() {
        return remedy;
    }

    /** Whether it is worth a try to open it: what begins like nothing known may be a damaged file of weights. */
    boolean mayBeWeights() {
        return this == SAFETENSORS || this == ZIP || this == PICKLE || this == TEXT || this == OTHER;
    }

    /** @throws ModelFormatException if the file can't be read */
    static FileSignature of(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return of(in.readNBytes(START_BYTES));
        } catch (IOException e) {
            throw new ModelFormatException(path, null, "can't be read: " + e, e);
        }
    }

    private static FileSignature of(byte[] bytes) {
        String start = new String(bytes, StandardCharsets.ISO_8859_1);
        String text = start.strip().toLowerCase(Locale.ROOT);
        if (bytes.length == 0) {
            return EMPTY;
        } else if (isSafetensors(bytes)) { // first: the length of the header can look like anything
            return SAFETENSORS;
        } else if (PictureFormat.of(bytes).isPresent()) {
            return PICTURE;
        } else if (start.startsWith("PK\3\4") || start.startsWith("PK\5\6")) {
            return ZIP;
        } else if (start.startsWith("\u0080")) {
            return PICKLE;
        } else if (start.startsWith("GGUF")) {
            return GGUF;
        } else if (start.startsWith("\u0089HDF")) {
            return HDF5;
        } else if (start.startsWith("\u001f\u008b") || start.startsWith("7z\u00bc\u00af") || start.startsWith("Rar!")) {
            return PACKED;
        } else if (start.startsWith("version https://git-lfs")) {
            return LFS_POINTER;
        } else if (text.startsWith("<")) {
            return WEB_PAGE;
        } else if (text.startsWith("{") || text.startsWith("[")) {
            return JSON;
        }
        return start.chars().allMatch(c -> c >= ' ' || Character.isWhitespace(c)) ? TEXT : OTHER;
    }

    private static boolean isSafetensors(byte[] bytes) {
        return bytes.length > LENGTH_BYTES
                && bytes[LENGTH_BYTES] == '{'
                && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(Integer.BYTES) == 0;
    }
}
