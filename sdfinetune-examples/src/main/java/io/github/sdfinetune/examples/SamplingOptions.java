package io.github.sdfinetune.examples;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Sampler;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How noise becomes a picture. */
final class SamplingOptions {
    @Option(names = "--steps", paramLabel = "N", description = "Steps of denoising, 1 to 1000. Default: 25.")
    private Optional<Integer> steps = Optional.empty();

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            description =
                    "Such as euler_a, \"DPM++ 2M Karras\" or unipc; a wrong name lists all. Default: the one in the"
                            + " model's folder.")
    private Optional<Sampler> sampler = Optional.empty();

    @Option(
            names = "--eta",
            paramLabel = "X",
            description = "Noise that ddim adds at each step, and how far tcd goes beyond it, 0 to 1. Default: 0.")
    private Optional<Double> eta = Optional.empty();

    @Option(
            names = "--guidance",
            paramLabel = "X",
            description = "How strongly the prompt acts; up to 1 the negative prompt has no effect. Default: 7.5; with"
                    + " --variation 1.")
    private Optional<Double> guidance = Optional.empty();

    @Option(
            names = "--guidance-rescale",
            paramLabel = "X",
            description = "Against overexposure by guidance, 0 to 1. Default: 0.")
    private Optional<Double> guidanceRescale = Optional.empty();

    @Option(
            names = "--guidance-interval",
            paramLabel = "FROM,TO",
            split = ",",
            hideParamSyntax = true,
            description = "The part of the steps in which there is guidance, such as 0.2,0.8. Default: 0,1.")
    private List<Double> guidanceInterval = List.of();

    /** The generation with what was given. */
    Generation addTo(Generation generation) {
        return new Settings<>(generation)
                .set("--steps", steps, Generation::steps)
                .set("--sampler", sampler, Generation::sampler)
                .set("--eta", eta, Generation::eta)
                .set("--guidance", guidance, Generation::guidanceScale)
                .set("--guidance-rescale", guidanceRescale, Generation::guidanceRescale)
                .set("--guidance-interval", g -> guidanceInterval.isEmpty() ? g : guidedWithin(g))
                .value();
    }

    private Generation guidedWithin(Generation generation) {
        if (guidanceInterval.size() != 2) {
            throw new IllegalArgumentException("expected two numbers FROM,TO such as 0.2,0.8");
        }
        return generation.guidanceInterval(guidanceInterval.get(0), guidanceInterval.get(1));
    }
}
