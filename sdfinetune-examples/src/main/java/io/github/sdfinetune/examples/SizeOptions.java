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

    /** Before the model is loaded: what is out of range. */
    void check() {
        new Settings<>(Generation.of(""))
                .set("--width", width, (g, pixels) -> g.size(pixels, 1))
                .set("--height", height, (g, pixels) -> g.size(1, pixels));
    }

    /** The generation with what was given; a side that was not is as saved, or as the picture to start from or the model has it. */
    Generation addTo(Generation generation, ModelInfo model) {
        width.ifPresent(pixels -> PixelSize.requireMultiple("--width", pixels, model.sizeMultiple()));
        height.ifPresent(pixels -> PixelSize.requireMultiple("--height", pixels, model.sizeMultiple()));
        Generation coded = tiledVae.map(generation::tiledVae).orElse(generation);
        if (width.isEmpty() && height.isEmpty()) {
            return coded;
        }
        PixelSize otherwise = PixelSize.painted(generation, model);
        return coded.size(width.orElse(otherwise.width()), height.orElse(otherwise.height()));
    }
}
