package io.github.sdfinetune.examples;

import io.github.sdfinetune.Canny;
import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Picture;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A ControlNet as it is written on the command line: {@code NET:[canny:]IMAGE[,IMAGE...][:SCALE[:START[:END]]][:guess]}, where {@code canny:}
 * lets the edges of the images be found. A drive letter belongs to its path.
 *
 * @param images one for all prompts or one for each
 * @param canny whether the control pictures are the edges of the images
 * @param guess whether the control pictures count more than the prompt
 */
record ControlArgument(
        Path net,
        List<Path> images,
        boolean canny,
        Optional<Double> scale,
        Optional<Double> start,
        Optional<Double> end,
        boolean guess) {
    private static final String PATH = "((?:[A-Za-z]:[\\\\/])?[^:,]+)";
    private static final String NUMBER = "(?::([+-]?(?:\\d+\\.?\\d*|\\.\\d+)))?";
    private static final Pattern FORM = Pattern.compile("((?:[A-Za-z]:[\\\\/])?[^:]+):(canny:)?(" + PATH + "(?:," + PATH
            + ")*)" + NUMBER + NUMBER + NUMBER + "(:guess)?");

    ControlArgument {
        if (!scale.map(Double::isFinite).orElse(true)) {
            throw new IllegalArgumentException("SCALE must be finite, was " + scale.get());
        }
        double from = start.orElse(0.0);
        double to = end.orElse(1.0);
        if (!(0 <= from && from <= to && to <= 1)) {
            throw new IllegalArgumentException(
                    "START and END must be numbers with 0 <= START <= END <= 1, were " + from + " and " + to);
        }
    }

    /** @throws IllegalArgumentException if it is not of the form, or acts in no part of the steps */
    static ControlArgument parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "expected NET:IMAGE[:SCALE[:START[:END]]][:guess] such as canny-net:edges.png:0.8, was \"" + text
                            + "\"");
        }
        return new ControlArgument(
                Path.of(matcher.group(1)),
                Stream.of(matcher.group(3).split(",")).map(Path::of).toList(),
                matcher.group(2) != null,
                number(matcher.group(6)),
                number(matcher.group(7)),
                number(matcher.group(8)),
                matcher.group(9) != null);
    }

    private static Optional<Double> number(@Nullable String text) {
        return Optional.ofNullable(text).map(Double::valueOf);
    }

    List<Picture> pictures() {
        return images.stream()
                .map(Picture::read)
                .map(read -> canny ? Canny.edges(read) : read)
                .toList();
    }

    Control by(ControlNet loaded, List<Picture> pictures) {
        return new Control(loaded, pictures, scale.orElse(1.0), start.orElse(0.0), end.orElse(1.0), guess);
    }

    /** How a control would be written, with all that may be left out. */
    static String form(Control control) {
        return control.net().name() + ":IMAGE:" + control.scale() + ":" + control.start() + ":" + control.end()
                + (control.guessMode() ? ":guess" : "");
    }

    /** Whether it acts as is said here; what is not said may be anything. */
    boolean allows(Control control) {
        return scale.orElse(control.scale()) == control.scale()
                && start.orElse(control.start()) == control.start()
                && end.orElse(control.end()) == control.end()
                && (!guess || control.guessMode());
    }
}
