package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.Optional;

/** The sizes of a generation's pictures, and the picture that they start from. */
record Frame(
        Optional<Size> size,
        Optional<SizeConditioning> conditioning,
        Optional<StartingPicture> start,
        Optional<HighResolution> highResolution) {
    static final Frame DEFAULT = new Frame(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    Frame {
        require(
                start.isEmpty() || highResolution.isEmpty(),
                "a second pass at high resolution follows a generation from noise, but a picture to start from is given as"
                        + " well; use one of them");
    }

    /** In pixels. */
    record Size(int width, int height) {
        Size {
            require(width >= 1, "width must be at least 1, was %s", width);
            require(height >= 1, "height must be at least 1, was %s", height);
        }
    }
}
