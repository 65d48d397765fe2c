package io.github.sdfinetune.core.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 in the making; each method adds to it. */
public final class Sha256 {
    private static final int FLOATS_AT_ONCE = 1 << 14;

    private final MessageDigest digest;

    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    public Sha256 add(byte... bytes) {
        digest.update(bytes);
        return this;
    }

    /** Adds what is left in a buffer. */
    public Sha256 add(ByteBuffer bytes) {
        digest.update(bytes);
        return this;
    }

    /** Adds a text, whose end is marked, so that texts that follow each other can't be taken for others. */
    public Sha256 add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8)).add((byte) 0);
    }

    /** Adds numbers as they stand in a file of type F32: little-endian. */
    public Sha256 add(float... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(4 * Math.min(values.length, FLOATS_AT_ONCE)).order(ByteOrder.LITTLE_ENDIAN);
        for (int start = 0; start < values.length; start += FLOATS_AT_ONCE) {
            int count = Math.min(values.length - start, FLOATS_AT_ONCE);
            bytes.clear().asFloatBuffer().put(values, start, count);
            add(bytes.limit(4 * count));
        }
        return this;
    }

    /** The hash of all that was added, in 64 hexadecimal digits; begins anew. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
