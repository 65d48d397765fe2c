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
import java.util.stream.Collectors;
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

    /** An option, and what it means. */
    record Given(ControlArgument argument, Control control) {

        /** Refuses settings that the controls of a saved request don't have, which would not act. */
        void requireOneOf(List<Control> saved) {
            if (saved.stream().noneMatch(argument::allows)) {
                throw new IllegalArgumentException("the request of --from lets this ControlNet act as "
                        + saved.stream().map(ControlArgument::form).collect(Collectors.joining(" and as "))
                        + ", which can't be changed: expected the same, or NET:IMAGE alone");
            }
        }
    }

    /**
     * The networks, loaded.
     *
     * @param nets each of them once, by its path
     */
    record Loaded(List<Given> controls, Map<Path, ControlNet> nets) implements AutoCloseable {

        /** What of them a saved request may name. */
        RequestInputs addTo(RequestInputs inputs) {
            RequestInputs more = inputs;
            for (ControlNet net : nets.values()) {
                more = more.with(net);
            }
            for (Given given : controls) {
                for (Picture picture : given.control.pictures()) {
                    more = more.with(picture);
                }
            }
            return more;
        }

        /**
         * The generation with all of them; those that a saved one has already are not added again.
         *
         * @throws OptionException if one is to act otherwise than in the saved one
         */
        Generation addTo(Generation generation) {
            Settings<Generation> whole = new Settings<>(generation);
            for (Given given : controls) {
                String name = given.control.net().name();
                List<Control> saved = generation.controls().stream()
                        .filter(other -> other.net().name().equals(name))
                        .toList();
                whole.set("--control", each -> {
                    if (saved.isEmpty()) {
                        return each.control(given.control);
                    }
                    given.requireOneOf(saved);
                    return each;
                });
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
        List<Given> controls = new ArrayList<>();
        Map<Path, ControlNet> nets = new LinkedHashMap<>();
        Loaded loaded = new Loaded(controls, nets);
        try {
            for (ControlArgument argument : arguments) {
                List<Picture> pictures = argument.pictures();
                Path path = argument.net().toAbsolutePath().normalize();
                ControlNet net = nets.computeIfAbsent(path, absent -> loading.apply(argument.net()));
                controls.add(new Given(argument, argument.by(net, pictures)));
            }
            return loaded;
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }
}
