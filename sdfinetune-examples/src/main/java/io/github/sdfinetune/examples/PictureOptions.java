package io.github.sdfinetune.examples;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ImageToImage;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.StartingPicture;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The picture that a generation starts from, and what is to become of it. */
final class PictureOptions {
    private static final double STRENGTH = 0.8;
    private static final double STRENGTH_OF_VARIATION = 0.3;
    private static final int SIDES = 4;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "A picture to start from. Alone it is changed as a whole.")
    private Optional<Path> image = Optional.empty();

    @Option(
            names = "--strength",
            paramLabel = "X",
            description = "How far the picture is changed, 0 to 1. Default: 0.8; with --variation 0.3; with --mask or"
                    + " --outpaint 1.")
    private Optional<Double> strength = Optional.empty();

    @Option(
            names = "--mask",
            paramLabel = "FILE",
            description = "Repaint the part of --image that is white in this picture of the same size.")
    private Optional<Path> mask = Optional.empty();

    @Option(
            names = "--mask-blur",
            paramLabel = "PIXELS",
            description =
                    "Soften the edges of the mask; gray is then a mixture, with 0 that of the mask itself. Default:"
                            + " hard edges.")
    private Optional<Double> maskBlur = Optional.empty();

    @Option(names = "--invert-mask", description = "Repaint what is black in the mask.")
    private boolean invertMask;

    @Option(
            names = "--only-masked",
            paramLabel = "PADDING",
            description = "Paint only the masked region and so many pixels around it, at the full size.")
    private Optional<Integer> onlyMasked = Optional.empty();

    @Option(
            names = "--outpaint",
            paramLabel = "L,T,R,B",
            split = ",",
            hideParamSyntax = true,
            description = "Continue --image by so many pixels at the left, above, at the right, below.")
    private List<Integer> outpaint = List.of();

    @Option(
            names = "--outpaint-overlap",
            paramLabel = "PIXELS",
            description = "Over how many pixels inside the old picture the new one fades out. Default: 8.")
    private Optional<Integer> overlap = Optional.empty();

    @Option(names = "--variation", description = "Another picture like --image, without a prompt and without guidance.")
    private boolean variation;

    boolean isVariation() {
        return variation;
    }

    /** Refuses combinations that mean nothing; before any file is read. */
    void check() {
        refuse(
                image.isEmpty() && mask.isPresent(),
                "--mask",
                "needs --image, the picture of which a part is repainted");
        refuse(image.isEmpty() && !outpaint.isEmpty(), "--outpaint", "needs --image, the picture that is continued");
        refuse(image.isEmpty() && variation, "--variation", "needs --image, the picture to vary");
        refuse(image.isEmpty() && strength.isPresent(), "--strength", "needs --image, the picture that is changed");
        refuse(mask.isEmpty() && maskBlur.isPresent(), "--mask-blur", "needs --mask");
        refuse(mask.isEmpty() && invertMask, "--invert-mask", "needs --mask");
        refuse(outpaint.isEmpty() && overlap.isPresent(), "--outpaint-overlap", "needs --outpaint");
        refuse(mask.isEmpty() && onlyMasked.isPresent(), "--only-masked", "needs --mask");
        refuse(
                !outpaint.isEmpty() && outpaint.size() != SIDES,
                "--outpaint",
                "expected four numbers L,T,R,B such as 0,0,128,0, got " + outpaint.size());
        refuse(mask.isPresent() && !outpaint.isEmpty(), "--outpaint", "can't be used together with --mask");
        refuse(
                variation && (mask.isPresent() || !outpaint.isEmpty()),
                "--variation",
                "can't be used together with --mask or --outpaint");
    }

    private void refuse(boolean wrong, String option, String problem) {
        if (wrong) {
            throw new OptionException(option, problem);
        }
    }

    /** What of the files a saved request may name. */
    RequestInputs addTo(RequestInputs inputs) {
        RequestInputs withPicture = image.map(Picture::read).map(inputs::with).orElse(inputs);
        return mask().map(withPicture::with).orElse(withPicture);
    }

    private Optional<Mask> mask() {
        return mask.map(Mask::read)
                .map(read -> invertMask ? read.inverted() : read)
                .map(read -> maskBlur.map(radius -> blurred(read, radius)).orElse(read));
    }

    private Mask blurred(Mask read, double radius) {
        return new Settings<>(read)
                .set("--mask-blur", each -> each.blurred(radius))
                .value();
    }

    /**
     * The generation with its start; a saved one keeps what it starts from, perhaps with another strength or padding.
     *
     * @throws OptionException if something else is to become of the picture than in the saved one
     */
    Generation addTo(Generation generation) {
        if (image.isEmpty()) {
            return generation;
        }
        Optional<StartingPicture> saved = generation.startingPicture();
        saved.ifPresent(this::requireAsSaved);
        Generation started = saved.isPresent() ? generation : started(generation);
        return new Settings<>(started)
                .set("--strength", strength, PictureOptions::withStrength)
                .set("--only-masked", onlyMasked, PictureOptions::onlyMasked)
                .value();
    }

    /** Refuses what the start of a saved request is not, which would not act. */
    private void requireAsSaved(StartingPicture saved) {
        String kept = "the request of --from " + form(saved) + ", which can't be changed";
        refuse(mask.isPresent() && !(saved instanceof Inpainting), "--mask", kept);
        refuse(maskBlur.isPresent() && saved instanceof Inpainting part && !part.softMask(), "--mask-blur", kept);
        refuse(!outpaint.isEmpty() && !outpaint.equals(insets(saved)), "--outpaint", kept);
        refuse(
                overlap.isPresent() && saved instanceof Outpainting beyond && beyond.overlap() != overlap.get(),
                "--outpaint-overlap",
                kept);
    }

    private static String form(StartingPicture saved) {
        if (saved instanceof Inpainting part) {
            return "repaints a part of its picture, with a " + (part.softMask() ? "soft" : "hard") + " mask";
        }
        if (saved instanceof Outpainting beyond) {
            return "continues its picture by "
                    + insets(saved).stream().map(String::valueOf).collect(Collectors.joining(","))
                    + " with an overlap of " + beyond.overlap();
        }
        return "changes its picture as a whole";
    }

    private static List<Integer> insets(StartingPicture saved) {
        return saved instanceof Outpainting beyond
                ? List.of(beyond.left(), beyond.top(), beyond.right(), beyond.bottom())
                : List.of();
    }

    private Generation started(Generation generation) {
        double usual = variation ? STRENGTH_OF_VARIATION : STRENGTH;
        return new Settings<>(generation)
                .set("--image", g -> g.imageToImage(Picture.read(image.orElseThrow()), usual))
                .set("--outpaint", g -> outpaint.isEmpty() ? g : outpainted(g))
                .set("--mask", g -> mask.isEmpty() ? g : inpainted(g))
                .value();
    }

    private static Generation withStrength(Generation generation, double strength) {
        return generation.start(withStrength(generation.startingPicture().orElseThrow(), strength));
    }

    private static StartingPicture withStrength(StartingPicture start, double strength) {
        if (start instanceof Inpainting part) {
            return part.withStrength(strength);
        }
        if (start instanceof Outpainting beyond) {
            return beyond.withStrength(strength);
        }
        return new ImageToImage(start.picture(), strength);
    }

    private Generation outpainted(Generation generation) {
        Outpainting beyond =
                Outpainting.of(picture(generation), outpaint.get(0), outpaint.get(1), outpaint.get(2), outpaint.get(3));
        return generation.outpainting(new Settings<>(beyond)
                .set("--outpaint-overlap", overlap, Outpainting::withOverlap)
                .value());
    }

    private Generation inpainted(Generation generation) {
        Inpainting inpainting = Inpainting.of(picture(generation), mask().orElseThrow());
        return generation.inpainting(maskBlur.isPresent() ? inpainting.withSoftMask() : inpainting);
    }

    private static Picture picture(Generation generation) {
        return generation.startingPicture().orElseThrow().picture();
    }

    /** There is no such option without a mask, and so no other start. */
    private static Generation onlyMasked(Generation generation, int padding) {
        Inpainting part = (Inpainting) generation.startingPicture().orElseThrow();
        return generation.inpainting(part.onlyMasked(padding));
    }
}
