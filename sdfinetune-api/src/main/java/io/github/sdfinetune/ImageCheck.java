package io.github.sdfinetune;

import io.github.sdfinetune.event.ProgressEvent;
import java.awt.image.BufferedImage;

/**
 * Looks at every picture of a pipeline before it is handed out, for instance for what an application must not show. It is given with
 * {@link LoadOptions#imageCheck(ImageCheck)}, so no call can leave it out.
 *
 * <pre>{@code
 * ImageCheck check = picture -> classifier.isFit(picture.toBufferedImage()) ? ImageCheck.pass() : ImageCheck.black(picture);
 * Pipeline pipeline = Pipeline.load(model, LoadOptions.defaults().imageCheck(check));
 * }</pre>
 *
 * <p>It is called on the thread that generates, by several threads at once if they generate at once.
 */
@FunctionalInterface
public interface ImageCheck {

    /** What is to become of a picture. */
    sealed interface Verdict {

        /** It is handed out. */
        enum Pass implements Verdict {
            PASS
        }

        /**
         * Another one is handed out in its place, with the same seed. Its parameters and its file say that it was replaced.
         *
         * @param picture of the same size; what is transparent in it counts as if it were not
         */
        record Replace(BufferedImage picture) implements Verdict {}

        /**
         * No picture of the call is handed out: it ends with a {@link io.github.sdfinetune.error.GenerationException} that tells why.
         *
         * @param reason for people
         */
        record Reject(String reason) implements Verdict {}
    }

    /**
     * Judges one picture. If this throws, the call ends with a {@link io.github.sdfinetune.error.GenerationException} and no picture
     * of it is handed out.
     *
     * @param picture nobody else has seen yet
     */
    Verdict check(GeneratedImage picture);

    /**
     * Whether a preview ({@link Generation#previewEvery}) may be handed out. Without this method none is: what is known of finished
     * pictures need not hold for small and rough ones. If this throws, the call ends as with {@link #check}.
     *
     * @param preview nobody else has seen yet
     */
    default boolean passes(ProgressEvent.Preview preview) {
        return false;
    }

    /** Hands it out. */
    static Verdict pass() {
        return Verdict.Pass.PASS;
    }

    /** Hands out a black picture of the same size. */
    static Verdict black(GeneratedImage picture) {
        return new Verdict.Replace(new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB));
    }

    /** Ends the call. */
    static Verdict reject(String reason) {
        return new Verdict.Reject(reason);
    }
}
