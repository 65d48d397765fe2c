package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.RequestInputs;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks among inputs for what a request names, and remembers what is not there. */
final class InputSearch {
    private final RequestInputs inputs;
    private final List<Adapter> adapters;
    private final Map<Fingerprint, Picture> pictures;
    private final Map<Fingerprint, Mask> masks;
    private final Set<String> missing = new LinkedHashSet<>();

    InputSearch(RequestInputs inputs) {
        this.inputs = inputs;
        Stream<Adapter> registered =
                inputs.registry().names().stream().map(name -> inputs.registry().find(name));
        adapters = Stream.concat(inputs.adapters().stream(), registered).toList();
        pictures = byFingerprint(inputs.pictures(), Fingerprint::of);
        masks = byFingerprint(inputs.masks(), Fingerprint::of);
    }

    private static <T> Map<Fingerprint, T> byFingerprint(List<T> inputs, Function<T, Fingerprint> fingerprint) {
        Map<Fingerprint, T> found = new LinkedHashMap<>();
        inputs.forEach(each -> found.putIfAbsent(fingerprint.apply(each), each));
        return found;
    }

    Optional<Adapter> adapter(SavedAdapter saved) {
        Optional<Adapter> named = registered(saved.name())
                .or(() -> adapters.stream()
                        .filter(each -> each.name().equals(saved.name()))
                        .findFirst());
        return noted(
                adapters.stream()
                        .filter(each -> each.hash().equals(saved.hash()))
                        .findFirst(),
                "the adapter",
                saved.name(),
                saved.hash(),
                named.map(Adapter::hash));
    }

    /**
     * Notes it if the registry has another adapter of this name, which a prompt holds; that it has none matters only where a prompt
     * asks for it.
     */
    void compare(SavedAdapter saved) {
        registered(saved.name())
                .ifPresent(given -> noted(
                        Optional.of(given).filter(each -> each.hash().equals(saved.hash())),
                        "the adapter",
                        saved.name(),
                        saved.hash(),
                        Optional.of(given.hash())));
    }

    private Optional<Adapter> registered(String name) {
        return inputs.registry().names().contains(name)
                ? Optional.of(inputs.registry().find(name))
                : Optional.empty();
    }

    Optional<ControlNet> controlNet(String name, String hash) {
        List<ControlNet> nets = inputs.controlNets();
        return noted(
                nets.stream().filter(each -> each.hash().equals(hash)).findFirst(),
                "the ControlNet",
                name,
                hash,
                nets.stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .map(ControlNet::hash));
    }

    private <T> Optional<T> noted(Optional<T> found, String what, String name, String hash, Optional<String> other) {
        if (found.isEmpty()) {
            String quoted = what + " \"" + name + "\"";
            missing.add(
                    other.map(given -> quoted + " with the hash " + hash + " (the one that is given has " + given + ")")
                            .orElse(quoted));
        }
        return found;
    }

    Optional<Picture> picture(String what, Fingerprint fingerprint) {
        return found(what, fingerprint, pictures);
    }

    Optional<Mask> mask(Fingerprint fingerprint) {
        return found("the mask", fingerprint, masks);
    }

    /** Notes it with what is given in its place, which may be the same before it was blurred, scaled or its edges were found. */
    private <T> Optional<T> found(String what, Fingerprint wanted, Map<Fingerprint, T> given) {
        if (!given.containsKey(wanted)) {
            String others = given.keySet().stream().map(Fingerprint::toString).collect(Collectors.joining("; "));
            missing.add(
                    what + " (" + wanted + (others.isEmpty() ? ")" : ", which is not what is given: " + others + ")"));
        }
        return Optional.ofNullable(given.get(wanted));
    }

    /** What was not found, for people. */
    Set<String> missing() {
        return missing;
    }
}
