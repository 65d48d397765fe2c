package io.github.sdfinetune.core.data;

import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.image.ImageReadException;
import io.github.sdfinetune.core.image.ImageReader;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.image.UprightImage;
import io.github.sdfinetune.error.DatasetException;
import io.github.sdfinetune.event.ProgressEvent.Preparing;
import io.github.sdfinetune.event.ProgressEvent.Warning;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One pass over the files of a dataset, which collects their faults instead of stopping at the first. */
final class DatasetCheck {
    private static final int NAMED_IN_WARNINGS = 3;

    private final Path folder;
    private final FolderListing listing;
    private final DatasetRequirements requirements;
    private final ProgressListener listener;

    private final List<TrainingExample> examples = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final List<String> enlarged = new ArrayList<>();
    private int captions;
    private int turned;

    DatasetCheck(Path folder, FolderListing listing, DatasetRequirements requirements, ProgressListener listener) {
        this.folder = folder;
        this.listing = listing;
        this.requirements = requirements;
        this.listener = listener;
    }

    List<TrainingExample> run() {
        warn(listing.ignored(), "file", "ignored, no pictures or captions of one");
        warn(listing.subfolders(), "subfolder", "not looked into");
        checkCount();
        int total = listing.pictures().size();
        for (int i = 0; i < total; i++) {
            listener.on(new Preparing("checking pictures", i, total));
            checkCaption(listing.pictures().get(i));
            checkPixels(listing.pictures().get(i));
        }
        if (!faults.isEmpty()) {
            throw new DatasetException(folder, faults);
        }
        warn(enlarged, "picture", "below the resolution of " + requirements.resolution() + ", to be enlarged");
        String summary =
                "checked pictures (captions: " + captions + " of " + total + ", turned upright: " + turned + ")";
        listener.on(new Preparing(summary, total, total));
        return examples;
    }

    private void checkCount() {
        int pictures = listing.pictures().size();
        if (pictures == 0) {
            faults.add("no pictures in it, expected files that end in "
                    + String.join(", ", FolderListing.PICTURE_ENDINGS));
        } else if (pictures < requirements.batchSize()) {
            faults.add(count(pictures, "picture") + ", fewer than the batch size of " + requirements.batchSize());
        }
    }

    private void checkCaption(Path picture) {
        try {
            Optional<String> caption = Captions.read(listing.captionsOf(picture));
            captions += caption.isPresent() ? 1 : 0;
            caption.or(requirements::instancePrompt)
                    .ifPresentOrElse(
                            text -> examples.add(new TrainingExample(picture, text)),
                            () -> faults.add(FolderListing.name(picture) + ": has no caption, expected a text in "
                                    + FolderListing.stem(picture) + ".txt or .caption, or an instance prompt"));
        } catch (Captions.CaptionException e) {
            faults.add(FolderListing.name(picture) + ": " + e.getMessage());
        }
    }

    private void checkPixels(Path picture) {
        try {
            UprightImage image = ImageReader.read(picture);
            RgbImage pixels = image.pixels();
            turned += image.turned() ? 1 : 0;
            if (Math.min(pixels.width(), pixels.height()) < requirements.resolution()) {
                enlarged.add(FolderListing.name(picture) + " (" + pixels.width() + "x" + pixels.height() + ")");
            }
        } catch (ImageReadException e) {
            faults.add(FolderListing.name(picture) + ": " + e.reason());
        }
    }

    private void warn(List<String> names, String noun, String what) {
        if (!names.isEmpty()) {
            String some = String.join(", ", names.subList(0, Math.min(names.size(), NAMED_IN_WARNINGS)));
            String more = names.size() > NAMED_IN_WARNINGS ? ", …" : "";
            listener.on(new Warning(folder + ": " + count(names.size(), noun) + " " + what + ": " + some + more));
        }
    }

    private static String count(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
