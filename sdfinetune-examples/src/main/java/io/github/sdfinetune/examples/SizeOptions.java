package io.github.sdfinetune.examples;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ModelInfo;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The size of the pictures, and how large ones are coded. */
final class SizeOptions {
    @Option(
            names = "--width",
            paramLabel = "PIXELS",
            description = "A multiple of 8. Default: that of --image, else the model's own.")
    private Optional<Integer> width = Optional.empty();

    @Option(names = "--height", paramLabel = "PIXELS", description = "The same for the height.")
    private Optional<Integer> height = Optional.empty();

    @Option(
            names = "--tiled-vae",
            negatable = true,
            description = "Encode and decode pictures tile by tile, which needs less memory and changes them a little,"
                    + " or not. Default: large ones only.")
    private Optional<Boolean> tiledVae = Optional.empty();

    /** The generation with what was given; one side alone stays as it is, or 1, until {@link #complete}. */
    Generation addTo(Generation generation) {
        return new Settings<>(generation)
                .set("--width", width, (g, pixels) -> g.size(pixels, g.height().orElse(1)))
                .set("--height", height, (g, pixels) -> g.size(g.width().orElse(1), pixels))
                .set("--tiled-vae", tiledVae, Generation::tiledVae)
                .value();
    }

    /**
     * Of a size of which one side was given, the other is known only when the model is.
     *
     * @param saved whether the other one is that of a saved request
     */
    Generation complete(Generation generation, ModelInfo model, boolean saved) {
        width.ifPresent(pixels -> PixelSize.requireMultiple("--width", pixels, model.sizeMultiple()));
        height.ifPresent(pixels -> PixelSize.requireMultiple("--height", pixels, model.sizeMultiple()));
        if (saved || width.isPresent() == height.isPresent()) {
            return generation;
        }
        PixelSize otherwise = PixelSize.painted(generation.startingPicture(), model);
        return generation.size(width.orElse(otherwise.width()), height.orElse(otherwise.height()));
    }
}
