package io.github.sdfinetune.core.request;

import io.github.sdfinetune.ImageToImage;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.StartingPicture;
import io.github.sdfinetune.core.config.JsonFile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A picture to start from, as it stands in a saved request: all but the pixels.
 *
 * @param mask present for inpainting; softMask and padding have a meaning there only, insets and overlap for outpainting only
 */
record SavedStart(
        Kind kind,
        Fingerprint picture,
        Optional<Fingerprint> mask,
        double strength,
        boolean softMask,
        OptionalInt padding,
        List<Integer> insets,
        int overlap) {

    enum Kind {
        IMAGE_TO_IMAGE,
        INPAINTING,
        OUTPAINTING
    }

    static String kind(StartingPicture start) {
        Kind kind = start instanceof Inpainting
                ? Kind.INPAINTING
                : start instanceof Outpainting ? Kind.OUTPAINTING : Kind.IMAGE_TO_IMAGE;
        return kind.name();
    }

    static SavedStart of(JsonFile json) {
        Kind kind = json.oneOf("kind", Kind.class);
        boolean inpainting = kind == Kind.INPAINTING;
        boolean outpainting = kind == Kind.OUTPAINTING;
        return new SavedStart(
                kind,
                Fingerprint.of(json.object("picture")),
                inpainting ? Optional.of(Fingerprint.of(json.object("mask"))) : Optional.empty(),
                json.number("strength"),
                inpainting && json.flag("softMask", false),
                inpainting && json.has("padding") ? OptionalInt.of(json.integer("padding")) : OptionalInt.empty(),
                outpainting ? JsonRequest.integers(json, "insets", 4) : List.of(),
                outpainting ? json.integer("overlap") : 0);
    }

    /**
     * With the pixels.
     *
     * @param foundMask present if this has a mask
     */
    StartingPicture with(Picture found, Optional<Mask> foundMask) {
        return switch (kind) {
            case IMAGE_TO_IMAGE -> new ImageToImage(found, strength);
            case INPAINTING -> new Inpainting(found, foundMask.orElseThrow(), strength, softMask, padding);
            case OUTPAINTING ->
                new Outpainting(found, insets.get(0), insets.get(1), insets.get(2), insets.get(3), overlap, strength);
        };
    }
}
