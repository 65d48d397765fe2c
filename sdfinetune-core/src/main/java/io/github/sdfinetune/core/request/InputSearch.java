package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.RequestInputs;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Looks among inputs for what a request names, and remembers what is not there. */
final class InputSearch {
    private final RequestInputs inputs;
    private final Set<String> missing = new LinkedHashSet<>();

    InputSearch(RequestInputs inputs) {
        this.inputs = inputs;
    }

    Optional<Adapter> adapter(String name) {
        Optional<Adapter> found = inputs.adapters().names().contains(name)
                ? Optional.of(inputs.adapters().find(name))
                : Optional.empty();
        return noted(found, "the adapter \"" + name + "\"");
    }

    Optional<ControlNet> controlNet(String name) {
        Optional<ControlNet> found = inputs.controlNets().stream()
                .filter(each -> each.name().equals(name))
                .findFirst();
        return noted(found, "the ControlNet \"" + name + "\"");
    }

    Optional<Picture> picture(String what, Fingerprint fingerprint) {
        Optional<Picture> found = inputs.pictures().stream()
                .filter(each -> Fingerprint.of(each).equals(fingerprint))
                .findFirst();
        return noted(found, what + " (" + fingerprint + ")");
    }

    Optional<Mask> mask(Fingerprint fingerprint) {
        Optional<Mask> found = inputs.masks().stream()
                .filter(each -> Fingerprint.of(each).equals(fingerprint))
                .findFirst();
        return noted(found, "the mask (" + fingerprint + ")");
    }

    private <T> Optional<T> noted(Optional<T> found, String what) {
        if (found.isEmpty()) {
            missing.add(what);
        }
        return found;
    }

    /** What was not found, for people. */
    Set<String> missing() {
        return missing;
    }
}
