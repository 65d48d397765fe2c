package io.github.sdfinetune.examples;

import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.SavedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is not as it was when a picture was made, so that repeating it gives another one. */
final class Differences {
    private Differences() {}

    /** A line each, for people; of what the picture's file does not say nothing is known. */
    static List<String> of(SavedRequest saved, LoadOptions options, Pipeline pipeline) {
        List<String> differences = new ArrayList<>();
        saved.modelHash()
                .filter(hash -> !hash.equals(pipeline.modelHash()))
                .ifPresent(hash -> differences.add(
                        "was made with the model " + saved.model().orElse("") + " of hash " + hash
                                + ", this one has the hash " + pipeline.modelHash()));
        saved.precision()
                .filter(precision -> precision != options.precision())
                .ifPresent(precision -> differences.add(
                        "was made with --precision " + name(precision) + ", this is " + name(options.precision())));
        Prediction prediction = pipeline.info().prediction();
        saved.prediction()
                .filter(other -> other != prediction)
                .ifPresent(other -> differences.add(
                        "was made with --prediction " + other.word() + ", this is " + prediction.word()));
        saved.device()
                .filter(device -> !device.equals(options.device()))
                .ifPresent(device ->
                        differences.add("was made with --device " + device + ", this is " + options.device()));
        return differences;
    }

    private static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
