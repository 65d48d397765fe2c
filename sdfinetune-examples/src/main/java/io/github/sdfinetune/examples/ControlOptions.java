package io.github.sdfinetune.examples;

import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.RequestInputs;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The ControlNets of a generation. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ControlOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--control",
            paramLabel = "NET:[canny:]IMAGE[:SCALE[:START[:END]]]",
            description =
                    "A ControlNet (a folder or one file), its control picture (with canny: the edges of a picture), how strongly"
                            + " it acts, and the part of the steps in which it does. May be given several times. Default: 1,"
                            + " in all steps.")
    private List<ControlArgument> arguments = List.of();

    @Option(
            names = "--guess-mode",
            description = "Let the control pictures count more than the prompt, which may then be empty.")
    private boolean guessMode;

    /** Before files are read. */
    void check() {
        if (guessMode && arguments.isEmpty()) {
            throw new ParameterException(command.commandLine(), "--guess-mode: needs --control");
        }
    }

    /** The networks, loaded. */
    record Loaded(List<Control> controls) implements AutoCloseable {

        /** What of them a saved request may name. */
        RequestInputs addTo(RequestInputs inputs) {
            RequestInputs more = inputs;
            for (Control control : controls) {
                more = more.with(control.net()).with(control.pictures().get(0));
            }
            return more;
        }

        /** The generation with all of them; those that a saved one has already are not added again. */
        Generation addTo(Generation generation) {
            Generation whole = generation;
            for (Control control : controls) {
                boolean there = generation.controls().stream()
                        .anyMatch(
                                other -> other.net().name().equals(control.net().name()));
                whole = there ? whole : whole.control(control);
            }
            return whole;
        }

        @Override
        public void close() {
            controls.forEach(control -> control.net().close());
        }
    }

    Loaded load(LoadOptions options) {
        List<Control> controls = new ArrayList<>();
        Loaded loaded = new Loaded(controls);
        try {
            for (ControlArgument argument : arguments) {
                Picture picture = argument.picture();
                controls.add(argument.by(ControlNet.load(argument.net(), options), picture, guessMode));
            }
            return loaded;
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }
}
