package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.file.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * By which a picture or a mask is known again.
 *
 * @param sha256 over the bytes of its pixels, row by row: three a pixel of a picture, one a pixel of a mask
 */
record Fingerprint(int width, int height, String sha256) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    static Fingerprint of(Picture picture) {
        return new Fingerprint(
                picture.width(),
                picture.height(),
                new Sha256().add(picture.rgb()).hex());
    }

    static Fingerprint of(Mask mask) {
        return new Fingerprint(
                mask.width(), mask.height(), new Sha256().add(mask.gray()).hex());
    }

    static Fingerprint of(JsonFile json) {
        return new Fingerprint(json.integer("width"), json.integer("height"), hash(json, "sha256"));
    }

    /** A SHA-256 as it is written here: one that is written otherwise would equal none. */
    static String hash(JsonFile json, String key) {
        String hash = json.string(key);
        if (!HASH.matcher(hash).matches()) {
            String shown = hash.length() > 80 ? hash.substring(0, 80) + "…" : hash;
            throw json.fault(key, "is \"" + shown + "\", expected 64 digits from 0 to f");
        }
        return hash;
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("width", width);
        json.put("height", height);
        json.put("sha256", sha256);
        return json;
    }

    @Override
    public String toString() {
        return width + "x" + height + " pixels, SHA-256 " + sha256;
    }
}
