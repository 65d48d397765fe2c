package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.file.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * By which a picture or a mask is known again.
 *
 * @param sha256 over the bytes of its pixels, row by row: three a pixel of a picture, one a pixel of a mask
 */
record Fingerprint(int width, int height, String sha256) {

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
        return new Fingerprint(json.integer("width"), json.integer("height"), json.string("sha256"));
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
