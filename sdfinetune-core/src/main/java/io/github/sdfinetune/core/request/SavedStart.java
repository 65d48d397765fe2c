package io.github.sdfinetune.core.request;

import io.github.sdfinetune.ImageToImage;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.StartingPicture;
import io.github.sdfinetune.core.config.JsonFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A picture to start from, as it stands in a saved request: all but the pixels. */
record SavedStart(Kind kind, Fingerprint picture, Optional<Fingerprint> mask, JsonFile json) {

    private enum Kind {
        IMAGE_TO_IMAGE,
        INPAINTING,
        OUTPAINTING
    }

    private static final Map<String, Kind> KINDS = Map.of(
            Kind.IMAGE_TO_IMAGE.name(),
            Kind.IMAGE_TO_IMAGE,
            Kind.INPAINTING.name(),
            Kind.INPAINTING,
            Kind.OUTPAINTING.name(),
            Kind.OUTPAINTING);

    static String kind(StartingPicture start) {
        Kind kind = start instanceof Inpainting
                ? Kind.INPAINTING
                : start instanceof Outpainting ? Kind.OUTPAINTING : Kind.IMAGE_TO_IMAGE;
        return kind.name();
    }

    static SavedStart of(JsonFile json) {
        json.string("kind");
        Kind kind = json.oneOf("kind", KINDS, Kind.IMAGE_TO_IMAGE);
        Optional<Fingerprint> mask =
                kind == Kind.INPAINTING ? Optional.of(Fingerprint.of(json.object("mask"))) : Optional.empty();
        return new SavedStart(kind, Fingerprint.of(json.object("picture")), mask, json);
    }

    /**
     * With the pixels.
     *
     * @param foundMask present if this has a mask
     */
    StartingPicture with(Picture found, Optional<Mask> foundMask) {
        double strength = json.number("strength");
        return switch (kind) {
            case IMAGE_TO_IMAGE -> new ImageToImage(found, strength);
            case INPAINTING ->
                new Inpainting(
                        found,
                        foundMask.orElseThrow(),
                        strength,
                        json.flag("softMask", false),
                        json.has("padding") ? OptionalInt.of(json.integer("padding")) : OptionalInt.empty());
            case OUTPAINTING -> {
                List<Integer> insets = JsonRequest.integers(json, "insets", 4);
                yield new Outpainting(
                        found,
                        insets.get(0),
                        insets.get(1),
                        insets.get(2),
                        insets.get(3),
                        json.integer("overlap"),
                        strength);
            }
        };
    }
}
