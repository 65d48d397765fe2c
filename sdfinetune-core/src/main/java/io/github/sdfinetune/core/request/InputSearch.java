package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.RequestInputs;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks among inputs for what a request names, and remembers what is not there. */
final class InputSearch {
    private final RequestInputs inputs;
    private final Set<String> missing = new LinkedHashSet<>();

    InputSearch(RequestInputs inputs) {
        this.inputs = inputs;
    }

    Optional<Adapter> adapter(SavedAdapter saved) {
        Optional<Adapter> named = registered(saved.name());
        Optional<Adapter> found = named.filter(each -> each.hash().equals(saved.hash()));
        return noted(found, "the adapter", saved.name(), saved.hash(), named.map(Adapter::hash));
    }

    /** Notes it if a registered adapter is another one than this; that none is registered matters only where a prompt names it. */
    void compare(SavedAdapter saved) {
        if (registered(saved.name()).isPresent()) {
            adapter(saved);
        }
    }

    private Optional<Adapter> registered(String name) {
        return inputs.adapters().names().contains(name)
                ? Optional.of(inputs.adapters().find(name))
                : Optional.empty();
    }

    Optional<ControlNet> controlNet(String name, String hash) {
        List<ControlNet> named = inputs.controlNets().stream()
                .filter(each -> each.name().equals(name))
                .toList();
        Optional<ControlNet> found =
                named.stream().filter(each -> each.hash().equals(hash)).findFirst();
        return noted(
                found, "the ControlNet", name, hash, named.stream().findFirst().map(ControlNet::hash));
    }

    private <T> Optional<T> noted(Optional<T> found, String what, String name, String hash, Optional<String> other) {
        String quoted = what + " \"" + name + "\"";
        return noted(
                found,
                other.map(given -> quoted + " with the hash " + hash + " (the one that is given has " + given + ")")
                        .orElse(quoted));
    }

    Optional<Picture> picture(String what, Fingerprint fingerprint) {
        Optional<Picture> found = inputs.pictures().stream()
                .filter(each -> Fingerprint.of(each).equals(fingerprint))
                .findFirst();
        return noted(
                found, what + unlike(fingerprint, inputs.pictures().stream().map(Fingerprint::of)));
    }

    Optional<Mask> mask(Fingerprint fingerprint) {
        Optional<Mask> found = inputs.masks().stream()
                .filter(each -> Fingerprint.of(each).equals(fingerprint))
                .findFirst();
        return noted(
                found, "the mask" + unlike(fingerprint, inputs.masks().stream().map(Fingerprint::of)));
    }

    /** With what is given in its place, which may be the same before it was blurred, scaled or its edges were found. */
    private static String unlike(Fingerprint wanted, Stream<Fingerprint> given) {
        String others = given.distinct().map(Fingerprint::toString).collect(Collectors.joining("; "));
        return " (" + wanted + (others.isEmpty() ? ")" : ", which is not what is given: " + others + ")");
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
