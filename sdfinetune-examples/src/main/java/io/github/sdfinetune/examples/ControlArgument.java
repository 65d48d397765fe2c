package io.github.sdfinetune.examples;

import io.github.sdfinetune.Canny;
import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Picture;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A ControlNet as it is written on the command line: {@code NET:IMAGE[:SCALE[:START[:END]]]}, where {@code canny:} before the image lets
 * its edges be found. A drive letter belongs to its path.
 *
 * @param canny whether the control picture is the edges of the image
 */
record ControlArgument(Path net, Path image, boolean canny, double scale, double start, double end) {
    private static final String PATH = "((?:[A-Za-z]:[\\\\/])?[^:]+)";
    private static final String NUMBER = "(?::([+-]?(?:\\d+\\.?\\d*|\\.\\d+)))?";
    private static final Pattern FORM = Pattern.compile(PATH + ":(canny:)?" + PATH + NUMBER + NUMBER + NUMBER);

    ControlArgument {
        if (!(0 <= start && start <= end && end <= 1)) {
            throw new IllegalArgumentException(
                    "START and END must be numbers with 0 <= START <= END <= 1, were " + start + " and " + end);
        }
    }

    /** @throws IllegalArgumentException if it is not of the form, or acts in no part of the steps */
    static ControlArgument parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "expected NET:IMAGE[:SCALE[:START[:END]]] such as canny-net:edges.png:0.8, was \"" + text + "\"");
        }
        return new ControlArgument(
                Path.of(matcher.group(1)),
                Path.of(matcher.group(3)),
                matcher.group(2) != null,
                number(matcher, 4, 1),
                number(matcher, 5, 0),
                number(matcher, 6, 1));
    }

    private static double number(Matcher matcher, int group, double otherwise) {
        String text = matcher.group(group);
        return text == null ? otherwise : Double.parseDouble(text);
    }

    Picture picture() {
        Picture read = Picture.read(image);
        return canny ? Canny.edges(read) : read;
    }

    Control by(ControlNet loaded, Picture picture, boolean guessMode) {
        return Control.by(loaded, picture).scale(scale).during(start, end).guessMode(guessMode);
    }
}
