package io.github.sdfinetune;

import java.util.List;
import java.util.stream.Stream;

/** What acts in a generation beside the model: adapters in any case or by name, and ControlNets. */
record Additions(List<Generation.WeightedAdapter> adapters, AdapterRegistry registry, List<Control> controls) {
    static final Additions NONE = new Additions(List.of(), AdapterRegistry.empty(), List.of());

    Additions and(Generation.WeightedAdapter adapter) {
        return new Additions(
                Stream.concat(adapters.stream(), Stream.of(adapter)).toList(), registry, controls);
    }

    Additions and(Control control) {
        return new Additions(
                adapters,
                registry,
                Stream.concat(controls.stream(), Stream.of(control)).toList());
    }
}
