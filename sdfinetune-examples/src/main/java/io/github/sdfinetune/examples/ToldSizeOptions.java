package io.github.sdfinetune.examples;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.SizeConditioning;
import io.github.sdfinetune.SizeConditioning.Sizes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What Stable Diffusion XL is told about sizes; other models ignore it. */
final class ToldSizeOptions {
    @Option(
            names = "--original-size",
            paramLabel = "WIDTHxHEIGHT",
            description = "In which the picture counts as found. Default: the size of the picture.")
    private Optional<PixelSize> original = Optional.empty();

    @Option(
            names = "--crop",
            paramLabel = "LEFT,TOP",
            split = ",",
            hideParamSyntax = true,
            description = "What counts as cut off, in pixels. Default: 0,0.")
    private List<Integer> crop = List.of();

    @Option(
            names = "--target-size",
            paramLabel = "WIDTHxHEIGHT",
            description = "In which it counts as seen. Default: the size of the picture.")
    private Optional<PixelSize> target = Optional.empty();

    @Option(
            names = "--negative-original-size",
            paramLabel = "WIDTHxHEIGHT",
            description = "The same for the negative prompt. Default: as for the prompt.")
    private Optional<PixelSize> negativeOriginal = Optional.empty();

    @Option(
            names = "--negative-crop",
            paramLabel = "LEFT,TOP",
            split = ",",
            hideParamSyntax = true,
            description = "The same for the negative prompt. Default: as for the prompt.")
    private List<Integer> negativeCrop = List.of();

    @Option(
            names = "--negative-target-size",
            paramLabel = "WIDTHxHEIGHT",
            description = "The same for the negative prompt. Default: as for the prompt.")
    private Optional<PixelSize> negativeTarget = Optional.empty();

    @Option(
            names = "--aesthetic-score",
            paramLabel = "X",
            description = "Beauty that the refiner is told, 1 to 10. Default: 6.")
    private Optional<Double> score = Optional.empty();

    @Option(
            names = "--negative-aesthetic-score",
            paramLabel = "X",
            description = "The same for the negative prompt. Default: 2.5.")
    private Optional<Double> negativeScore = Optional.empty();

    /** Before the model is loaded. */
    void check() {
        changed(SizeConditioning.of(1, 1));
    }

    /** The generation with what was given; what was not is as saved, or the size of the picture. */
    Generation addTo(Generation generation, ModelInfo model) {
        if (!isGiven()) {
            return generation;
        }
        SizeConditioning before = generation.sizeConditioning().orElseGet(() -> {
            PixelSize size = PixelSize.painted(generation, model);
            return SizeConditioning.of(size.width(), size.height());
        });
        return generation.sizeConditioning(changed(before));
    }

    private boolean isGiven() {
        return Stream.of(original, target, negativeOriginal, negativeTarget, score, negativeScore)
                        .anyMatch(Optional::isPresent)
                || !crop.isEmpty()
                || !negativeCrop.isEmpty();
    }

    private SizeConditioning changed(SizeConditioning before) {
        return new Settings<>(before)
                .set(
                        "--original-size",
                        original,
                        (c, size) -> both(c, c.prompt().withOriginal(size.width(), size.height())))
                .set("--crop", c -> crop.isEmpty() ? c : both(c, cropped(c.prompt(), crop)))
                .set("--target-size", target, (c, size) -> both(c, c.prompt().withTarget(size.width(), size.height())))
                .set(
                        "--negative-original-size",
                        negativeOriginal,
                        (c, size) -> negative(c, c.negativePrompt().withOriginal(size.width(), size.height())))
                .set(
                        "--negative-crop",
                        c -> negativeCrop.isEmpty() ? c : negative(c, cropped(c.negativePrompt(), negativeCrop)))
                .set(
                        "--negative-target-size",
                        negativeTarget,
                        (c, size) -> negative(c, c.negativePrompt().withTarget(size.width(), size.height())))
                .set(
                        "--aesthetic-score",
                        score,
                        (c, x) -> new SizeConditioning(c.prompt(), c.negativePrompt(), x, c.negativeAestheticScore()))
                .set(
                        "--negative-aesthetic-score",
                        negativeScore,
                        (c, x) -> new SizeConditioning(c.prompt(), c.negativePrompt(), c.aestheticScore(), x))
                .value();
    }

    private static SizeConditioning both(SizeConditioning before, Sizes sizes) {
        return new SizeConditioning(sizes, sizes, before.aestheticScore(), before.negativeAestheticScore());
    }

    private static SizeConditioning negative(SizeConditioning before, Sizes sizes) {
        return new SizeConditioning(before.prompt(), sizes, before.aestheticScore(), before.negativeAestheticScore());
    }

    private static Sizes cropped(Sizes sizes, List<Integer> crop) {
        if (crop.size() != 2) {
            throw new IllegalArgumentException("expected two numbers LEFT,TOP such as 0,128, got " + crop.size());
        }
        return sizes.withCrop(crop.get(0), crop.get(1));
    }
}
