package io.github.sdfinetune.core;

import static java.util.Locale.ROOT;

import io.github.sdfinetune.ImageCheck;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.error.GenerationException;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.Optional;

/** Hands on the events of one call; of the previews those that the check passes. */
final class CheckedPreviews implements ProgressListener {
    private final ProgressListener listener;
    private final ImageCheck check;
    private boolean warned;

    private CheckedPreviews(ProgressListener listener, ImageCheck check) {
        this.listener = listener;
        this.check = check;
    }

    /** The listener itself if there is no check. */
    static ProgressListener of(ProgressListener listener, Optional<ImageCheck> check) {
        return check.<ProgressListener>map(some -> new CheckedPreviews(listener, some))
                .orElse(listener);
    }

    /** @throws GenerationException if the check fails */
    @Override
    public void on(ProgressEvent event) {
        if (!(event instanceof ProgressEvent.Preview preview) || passes(preview)) {
            listener.on(event);
        } else if (!warned) {
            warned = true;
            listener.on(
                    new ProgressEvent.Warning("previews that the pipeline's image check does not pass are withheld"));
        }
    }

    private boolean passes(ProgressEvent.Preview preview) {
        try {
            return check.passes(preview);
        } catch (RuntimeException e) {
            throw new GenerationException(
                    String.format(
                            ROOT,
                            "the image check failed at the preview of picture %d after step %d: %s",
                            preview.picture() + 1,
                            preview.step(),
                            e.getMessage()),
                    e);
        }
    }
}
