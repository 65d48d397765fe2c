package io.github.sdfinetune.examples;

import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.RequestInputs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The ControlNets of a generation. */
final class ControlOptions {
    @Option(
            names = "--control",
            paramLabel = "NET:[canny:]IMAGE[,IMAGE...][:SCALE[:START[:END]]][:guess]",
            description =
                    "A ControlNet (a folder or one file), its control picture or one for each prompt (with canny: the"
                            + " edges of a picture), how strongly it acts, and the part of the steps in which it does. With"
                            + " :guess the picture counts more than the prompt, which may then be empty. May be given"
                            + " several times. Default: 1, in all steps.")
    private List<ControlArgument> arguments = List.of();

    /**
     * The networks, loaded.
     *
     * @param nets each of them once, by its path
     */
    record Loaded(List<Control> controls, Map<Path, ControlNet> nets) implements AutoCloseable {

        /** What of them a saved request may name. */
        RequestInputs addTo(RequestInputs inputs) {
            RequestInputs more = inputs;
            for (ControlNet net : nets.values()) {
                more = more.with(net);
            }
            for (Control control : controls) {
                for (Picture picture : control.pictures()) {
                    more = more.with(picture);
                }
            }
            return more;
        }

        /** The generation with all of them; those that a saved one has already are not added again. */
        Generation addTo(Generation generation) {
            Settings<Generation> whole = new Settings<>(generation);
            for (Control control : controls) {
                boolean there = generation.controls().stream()
                        .anyMatch(
                                other -> other.net().name().equals(control.net().name()));
                whole.set("--control", each -> there ? each : each.control(control));
            }
            return whole.value();
        }

        @Override
        public void close() {
            nets.values().forEach(ControlNet::close);
        }
    }

    /** @param loading how a network is loaded; it is closed with what is returned */
    Loaded load(Function<Path, ControlNet> loading) {
        List<Control> controls = new ArrayList<>();
        Map<Path, ControlNet> nets = new LinkedHashMap<>();
        Loaded loaded = new Loaded(controls, nets);
        try {
            for (ControlArgument argument : arguments) {
                List<Picture> pictures = argument.pictures();
                Path path = argument.net().toAbsolutePath().normalize();
                ControlNet net = nets.computeIfAbsent(path, absent -> loading.apply(argument.net()));
                controls.add(argument.by(net, pictures));
            }
            return loaded;
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }
}
