package io.github.sdfinetune.examples;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.StartingPicture;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A size in pixels; on the command line {@code WIDTHxHEIGHT}. */
record PixelSize(int width, int height) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})[xX](\\d{1,6})");

    PixelSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("WIDTH and HEIGHT must be at least 1, were " + width + " and " + height);
        }
    }

    /** @throws IllegalArgumentException if it is not of the form, or a side is 0 */
    static PixelSize parse(String text) {
        return find(text)
                .orElseThrow(() ->
                        new IllegalArgumentException("expected WIDTHxHEIGHT such as 1024x768, was \"" + text + "\""));
    }

    /** Empty if it is not of the form. */
    static Optional<PixelSize> find(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new PixelSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /** The size at which a generation paints. */
    static PixelSize painted(Generation generation, ModelInfo model) {
        PixelSize otherwise = unasked(generation.startingPicture(), model);
        return new PixelSize(
                generation.width().orElse(otherwise.width), generation.height().orElse(otherwise.height));
    }

    /** The size of the picture to start from, else the model's own. */
    private static PixelSize unasked(Optional<StartingPicture> start, ModelInfo model) {
        PixelSize own = new PixelSize(model.width(), model.height());
        return start.filter(each ->
                        !(each instanceof Inpainting part && part.padding().isPresent()))
                .map(PixelSize::whole)
                .map(size -> size.scaled(1, model.sizeMultiple()))
                .orElse(own);
    }

    /** @throws OptionException if a side that was asked for is no multiple of what the model paints */
    static void requireMultiple(String option, int pixels, int multiple) {
        if (pixels % multiple != 0) {
            int below = pixels / multiple * multiple;
            throw new OptionException(
                    option,
                    String.format(
                            Locale.ROOT,
                            "must be a multiple of %d, was %d (nearest: %s%d)",
                            multiple,
                            pixels,
                            below == 0 ? "" : below + ", ",
                            below + multiple));
        }
    }

    private static PixelSize whole(StartingPicture start) {
        Picture picture = start.picture();
        return start instanceof Outpainting beyond
                ? new PixelSize(
                        picture.width() + beyond.left() + beyond.right(),
                        picture.height() + beyond.top() + beyond.bottom())
                : new PixelSize(picture.width(), picture.height());
    }

    /** So many times as large, rounded down to a multiple of a number of pixels, but at least that. */
    PixelSize scaled(double times, int multiple) {
        return new PixelSize(scaled(width, times, multiple), scaled(height, times, multiple));
    }

    private static int scaled(int side, double times, int multiple) {
        return Math.max((int) (side * times) / multiple, 1) * multiple;
    }
}
