package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ImageToImage;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.StartingPicture;
import io.github.sdfinetune.core.image.MaskParts;
import io.github.sdfinetune.core.image.MaskReduction;
import io.github.sdfinetune.core.image.Region;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.pipeline.InitialPicture.LatentMask;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a request paints on.
 *
 * @param size at which it paints
 * @param picture to start from, in this size
 * @param section the part that is painted of a control picture, which belongs to the whole picture
 * @param result what is handed out for a picture that was painted
 */
record Canvas(
        PixelSize size,
        Optional<InitialPicture> picture,
        UnaryOperator<RgbImage> section,
        UnaryOperator<RgbImage> result) {
    private static final int HALF = 128;

    static Canvas of(Generation generation, DiffusionModel model) {
        PixelSize own = new PixelSize(model.pictureSize(), model.pictureSize());
        if (generation.startingPicture().isEmpty()) {
            return new Canvas(
                    asked(generation, own), Optional.empty(), UnaryOperator.identity(), UnaryOperator.identity());
        }
        StartingPicture start = generation.startingPicture().get();
        if (start instanceof ImageToImage whole) {
            RgbImage image = RgbImage.of(whole.picture());
            PixelSize size = asked(generation, rounded(image, model.vae().factor()));
            InitialPicture initial = new InitialPicture(scaled(image, size), Optional.empty(), whole.strength());
            return new Canvas(size, Optional.of(initial), UnaryOperator.identity(), UnaryOperator.identity());
        }
        Inpainting inpainting = start instanceof Outpainting outpainting ? continued(outpainting) : (Inpainting) start;
        RgbImage image = RgbImage.of(inpainting.picture());
        PixelSize otherwise = inpainting.padding().isPresent()
                ? own
                : rounded(image, model.vae().factor());
        return inpainting(inpainting, image, asked(generation, otherwise), model);
    }

    private static PixelSize asked(Generation generation, PixelSize otherwise) {
        return new PixelSize(
                generation.width().orElse(otherwise.width()),
                generation.height().orElse(otherwise.height()));
    }

    private static PixelSize rounded(RgbImage image, int factor) {
        return new PixelSize(
                Math.max(image.width() / factor, 1) * factor, Math.max(image.height() / factor, 1) * factor);
    }

    private static Inpainting continued(Outpainting outpainting) {
        var insets = new io.github.sdfinetune.core.image.Outpainting.Insets(
                outpainting.left(), outpainting.top(), outpainting.right(), outpainting.bottom());
        var continued = io.github.sdfinetune.core.image.Outpainting.of(
                RgbImage.of(outpainting.picture()), insets, outpainting.overlap());
        return Inpainting.of(continued.picture().toPicture(), continued.mask())
                .withStrength(outpainting.strength())
                .withSoftMask();
    }

    private static Canvas inpainting(Inpainting inpainting, RgbImage image, PixelSize size, DiffusionModel model) {
        PictureSizes.requireFits(size, model.vae().factor());
        return inpainting.padding().isPresent()
                ? onlyMasked(inpainting, image, inpainting.padding().getAsInt(), size, model)
                : whole(inpainting, image, size, model);
    }

    private static Canvas whole(Inpainting inpainting, RgbImage image, PixelSize size, DiffusionModel model) {
        PixelSize own = new PixelSize(image.width(), image.height());
        Region all = new Region(0, 0, own.width(), own.height());
        Mask pasted = pasted(inpainting);
        return new Canvas(
                size,
                Optional.of(initial(inpainting, scaled(image, size), scaled(inpainting.mask(), size), model)),
                UnaryOperator.identity(),
                painted -> image.withPatch(scaled(painted, own), all, pasted));
    }

    private static Canvas onlyMasked(
            Inpainting inpainting, RgbImage image, int padding, PixelSize size, DiffusionModel model) {
        PixelSize own = new PixelSize(image.width(), image.height());
        Region region = Region.toRepaint(inpainting.mask(), padding, size.width(), size.height());
        UnaryOperator<RgbImage> section =
                picture -> scaled(picture, own).crop(region).filled(size.width(), size.height());
        Mask part = MaskParts.filled(MaskParts.crop(inpainting.mask(), region), size.width(), size.height());
        Mask pasted = pasted(inpainting);
        return new Canvas(
                size,
                Optional.of(initial(inpainting, section.apply(image), part, model)),
                section,
                painted -> image.withPatch(painted.cropped(region.width(), region.height()), region, pasted));
    }

    private static InitialPicture initial(Inpainting inpainting, RgbImage image, Mask mask, DiffusionModel model) {
        boolean soft = inpainting.softMask() && !model.isInpainting();
        LatentMask latentMask = latentMask(mask, soft, model.vae().factor());
        return new InitialPicture(image, Optional.of(latentMask), inpainting.strength());
    }

    private static Mask pasted(Inpainting inpainting) {
        return inpainting.softMask() ? inpainting.mask() : hard(inpainting.mask());
    }

    private static LatentMask latentMask(Mask mask, boolean soft, int factor) {
        int width = mask.width() / factor;
        int height = mask.height() / factor;
        float[] latents = soft ? MaskReduction.soft(mask, width, height) : MaskReduction.hard(mask, width, height);
        byte[] gray = mask.gray();
        float[] pixels = new float[gray.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (gray[i] & 0xff) / 255f;
        }
        return new LatentMask(latents, pixels);
    }

    private static Mask hard(Mask mask) {
        byte[] gray = mask.gray();
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) ((gray[i] & 0xff) >= HALF ? 255 : 0);
        }
        return Mask.of(mask.width(), mask.height(), gray);
    }

    private static RgbImage scaled(RgbImage image, PixelSize size) {
        boolean fits = image.width() == size.width() && image.height() == size.height();
        return fits ? image : image.resized(size.width(), size.height());
    }

    private static Mask scaled(Mask mask, PixelSize size) {
        boolean fits = mask.width() == size.width() && mask.height() == size.height();
        return fits ? mask : MaskParts.resized(mask, size.width(), size.height());
    }
}
