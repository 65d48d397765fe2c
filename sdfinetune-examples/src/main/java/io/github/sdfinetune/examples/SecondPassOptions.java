package io.github.sdfinetune.examples;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.HighResolution.Upscaling;
import io.github.sdfinetune.ModelInfo;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A second pass at a larger size. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SecondPassOptions {
    private static final double LARGEST_SCALE = 16;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--hires",
            paramLabel = "SCALE",
            description = "Follow with a second pass at a size so many times as large, such as 1.5 or 2.")
    private Optional<Double> scale = Optional.empty();

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

    /** Before the model is loaded: a scale that can't be, and options of a second pass that is not asked for. */
    void check(boolean secondPass) {
        scale.filter(each -> !(each > 1 && each <= LARGEST_SCALE)).ifPresent(each -> {
            throw new ParameterException(command.commandLine(), "--hires: must be above 1 and at most 16, was " + each);
        });
        if (!secondPass && scale.isEmpty() && (steps.isPresent() || strength.isPresent() || upscaling.isPresent())) {
            throw new ParameterException(
                    command.commandLine(), "--hires-steps, --hires-strength and --hires-upscaler need --hires SCALE");
        }
    }

    /** The generation with its second pass; sizes that were not given are the model's. */
    Generation addTo(Generation generation, ModelInfo model) {
        Generation scaled = scale.map(times -> generation.highResolution(HighResolution.of(
                        scaled(generation.width().orElse(model.width()), times, model.sizeMultiple()),
                        scaled(generation.height().orElse(model.height()), times, model.sizeMultiple()))))
                .orElse(generation);
        return scaled.highResolution().map(pass -> settings(scaled, pass)).orElse(scaled);
    }

    private Generation settings(Generation generation, HighResolution pass) {
        return generation.highResolution(new Settings<>(command, pass)
                .set("--hires-steps", p -> steps.map(p::withSteps).orElse(p))
                .set("--hires-strength", p -> strength.map(p::withStrength).orElse(p))
                .set("--hires-upscaler", p -> upscaling.map(p::withUpscaling).orElse(p))
                .value());
    }

    private static int scaled(int side, double times, int multiple) {
        return (int) (side * times) / multiple * multiple;
    }
}
