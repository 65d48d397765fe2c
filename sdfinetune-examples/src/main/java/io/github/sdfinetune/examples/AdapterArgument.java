package io.github.sdfinetune.examples;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An adapter as it is written on the command line: {@code FILE} or {@code FILE:SCALE}. The scale is what follows the last colon
 * if it is a number; so a drive letter or a colon in the name belongs to the file.
 *
 * @param scale empty if none is written
 */
record AdapterArgument(Path file, Optional<Float> scale) {
    private static final Pattern WITH_SCALE =
            Pattern.compile("(.*):([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)", Pattern.DOTALL);

    AdapterArgument {
        if (file.toString().isEmpty()) {
            throw new IllegalArgumentException("the name of the file is missing, expected FILE or FILE:SCALE");
        }
        if (!scale.map(Float::isFinite).orElse(true)) {
            throw new IllegalArgumentException("the scale must be a finite number, was " + scale.get());
        }
    }

    /** @throws IllegalArgumentException if there is no file name, or the scale is beyond the range of a float */
    static AdapterArgument parse(String text) {
        Matcher matcher = WITH_SCALE.matcher(text);
        return matcher.matches()
                ? new AdapterArgument(Path.of(matcher.group(1)), Optional.of(Float.valueOf(matcher.group(2))))
                : new AdapterArgument(Path.of(text), Optional.empty());
    }
}
