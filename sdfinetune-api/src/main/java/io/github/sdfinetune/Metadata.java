package io.github.sdfinetune;

/** What a picture's file says beside its pixels. */
public enum Metadata {
    /**
     * What made it: as the text {@code parameters} in the form of AUTOMATIC1111's web interface, and as the text {@code sdfinetune}, a JSON
     * object with the whole request, by which {@link SavedRequest} repeats it. Neither holds a path, nor the pixels of other pictures.
     */
    REQUEST,
    /** Nothing. */
    NONE
}
