package io.github.sdfinetune.examples;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.HighResolution.Upscaling;
import io.github.sdfinetune.ModelInfo;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A second pass at a larger size. */
final class SecondPassOptions {
    private static final double LARGEST_SCALE = 16;

    @Option(
            names = "--hires",
            paramLabel = "SCALE|WIDTHxHEIGHT",
            description = "Follow with a second pass at a size so many times as large, such as 1.5 or 2, or at this"
                    + " size.")
    private Optional<Enlargement> enlargement = Optional.empty();

    @Option(
            names = "--hires-steps",
            paramLabel = "N",
            description = "Steps of the second pass, of which the share --hires-strength is done. Default: --steps.")
    private Optional<Integer> steps = Optional.empty();

    @Option(
            names = "--hires-strength",
            paramLabel = "X",
            description = "How far the second pass changes the picture, 0 to 1. Default: 0.7.")
    private Optional<Double> strength = Optional.empty();

    @Option(
            names = "--hires-upscaler",
            paramLabel = "NAME",
            description = "latent, latent_antialiased, latent_bicubic, latent_bicubic_antialiased, latent_nearest,"
                    + " latent_nearest_exact or lanczos. Default: latent.")
    private Optional<Upscaling> upscaling = Optional.empty();

    /** How large the second pass is: so many times as the first, or of a size. */
    record Enlargement(double scale, Optional<PixelSize> size) {

        /** @throws IllegalArgumentException if it is neither a scale above 1 nor a size */
        static Enlargement parse(String text) {
            return PixelSize.find(text)
                    .map(size -> new Enlargement(1, Optional.of(size)))
                    .orElseGet(() -> new Enlargement(scale(text), Optional.empty()));
        }

        private static double scale(String text) {
            double scale;
            try {
                scale = Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "expected a number such as 1.5, or WIDTHxHEIGHT such as 1024x768, was \"" + text + "\"", e);
            }
            if (!(scale > 1 && scale <= LARGEST_SCALE)) {
                throw new IllegalArgumentException("must be above 1 and at most 16, was " + text);
            }
            return scale;
        }
    }

    /** Before files are read: what is out of range. */
    void check() {
        changed(HighResolution.of(1, 1));
    }

    /** Before the model is loaded: a second pass that can't follow, and options of one that is not asked for. */
    void checkFor(Generation generation) {
        new Settings<>(generation)
                .set("--hires", enlargement, (g, larger) -> g.highResolution(HighResolution.of(1, 1)));
        boolean secondPass =
                enlargement.isPresent() || generation.highResolution().isPresent();
        requireIt(secondPass, "--hires-steps", steps);
        requireIt(secondPass, "--hires-strength", strength);
        requireIt(secondPass, "--hires-upscaler", upscaling);
    }

    private static void requireIt(boolean secondPass, String option, Optional<?> value) {
        if (!secondPass && value.isPresent()) {
            throw new OptionException(option, "needs --hires SCALE, or a request that has a second pass");
        }
    }

    /** The generation with its second pass; sizes that were not given are the model's. */
    Generation addTo(Generation generation, ModelInfo model) {
        enlargement.flatMap(Enlargement::size).ifPresent(size -> {
            PixelSize.requireMultiple("--hires", size.width(), model.sizeMultiple());
            PixelSize.requireMultiple("--hires", size.height(), model.sizeMultiple());
        });
        Generation enlarged = enlargement
                .map(larger -> larger.size()
                        .orElseGet(() ->
                                PixelSize.painted(generation, model).scaled(larger.scale(), model.sizeMultiple())))
                .map(size -> generation.highResolution(generation
                        .highResolution()
                        .orElse(HighResolution.of(1, 1))
                        .withSize(size.width(), size.height())))
                .orElse(generation);
        return enlarged.highResolution()
                .map(pass -> enlarged.highResolution(changed(pass)))
                .orElse(enlarged);
    }

    private HighResolution changed(HighResolution pass) {
        return new Settings<>(pass)
                .set("--hires-steps", steps, HighResolution::withSteps)
                .set("--hires-strength", strength, HighResolution::withStrength)
                .set("--hires-upscaler", upscaling, HighResolution::withUpscaling)
                .value();
    }
}
