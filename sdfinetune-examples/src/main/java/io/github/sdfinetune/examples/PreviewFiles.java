package io.github.sdfinetune.examples;

import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.event.ProgressEvent;
import java.nio.file.Path;
import java.util.Locale;

/** Writes each preview as a file {@code PICTURE-STEP.png}, both from 1, and passes all events on. */
record PreviewFiles(Path folder, ProgressListener listener) implements ProgressListener {
    @Override
    public void on(ProgressEvent event) {
        if (event instanceof ProgressEvent.Preview preview) {
            Path file =
                    folder.resolve(String.format(Locale.ROOT, "%d-%03d.png", preview.picture() + 1, preview.step()));
            preview.image().save(file);
        }
        listener.on(event);
    }
}
