package io.github.sdfinetune.core;

import static java.util.Locale.ROOT;

import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.ImageCheck;
import io.github.sdfinetune.ImageCheck.Verdict;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.error.GenerationException;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The last door that pictures pass before the caller gets them. */
final class CheckedPictures {
    private CheckedPictures() {}

    /**
     * What is handed out of the pictures of a call.
     *
     * @throws GenerationException if the check rejects one of them, or fails
     */
    static List<GeneratedImage> of(List<GeneratedPicture> pictures, Optional<ImageCheck> check) {
        List<GeneratedImage> checked = new ArrayList<>();
        for (GeneratedPicture picture : pictures) {
            String place = String.format(
                    ROOT, "picture %d of %d (seed %d)", checked.size() + 1, pictures.size(), picture.seed());
            checked.add(check.map(some -> checked(picture, some, place)).orElse(picture));
        }
        return checked;
    }

    private static GeneratedPicture checked(GeneratedPicture picture, ImageCheck check, String place) {
        Verdict verdict = verdict(picture, check, place);
        if (verdict instanceof Verdict.Reject reject) {
            throw new GenerationException(place + " was rejected: " + reject.reason());
        }
        return verdict instanceof Verdict.Replace replace ? replaced(picture, replace.picture(), place) : picture;
    }

    private static Verdict verdict(GeneratedPicture picture, ImageCheck check, String place) {
        try {
            return Objects.requireNonNull(check.check(picture), "it gave no verdict");
        } catch (RuntimeException e) {
            throw new GenerationException("the image check failed at " + place + ": " + e.getMessage(), e);
        }
    }

    private static GeneratedPicture replaced(GeneratedPicture picture, BufferedImage other, String place) {
        if (other.getWidth() != picture.width() || other.getHeight() != picture.height()) {
            throw new GenerationException(String.format(
                    ROOT,
                    "the image check replaced %s by one of %dx%d, expected %dx%d",
                    place,
                    other.getWidth(),
                    other.getHeight(),
                    picture.width(),
                    picture.height()));
        }
        return picture.replacedBy(Picture.of(other));
    }
}
