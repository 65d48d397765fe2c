package io.github.sdfinetune;

import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link SavedRequest} names but does not hold. More than it names may be given. Immutable.
 *
 * <pre>{@code
 * RequestInputs.none().with(mug).with(sketch)
 * }</pre>
 *
 * @param registry of the adapters that prompts name; they are found by their names, and compared by their hashes
 * @param adapters that the generation was given; they are found by their hashes, also in the registry
 * @param pictures found by their pixels
 * @param masks found by their values
 * @param controlNets found by their hashes; they stay the caller's
 */
public record RequestInputs(
        AdapterRegistry registry,
        List<Adapter> adapters,
        List<Picture> pictures,
        List<Mask> masks,
        List<ControlNet> controlNets) {
    public RequestInputs {
        adapters = List.copyOf(adapters);
        pictures = List.copyOf(pictures);
        masks = List.copyOf(masks);
        controlNets = List.copyOf(controlNets);
    }

    /** Nothing at all, for a request that names nothing. */
    public static RequestInputs none() {
        return new RequestInputs(AdapterRegistry.empty(), List.of(), List.of(), List.of(), List.of());
    }

    /** With this registry instead of the one before. */
    public RequestInputs with(AdapterRegistry registry) {
        return new RequestInputs(registry, adapters, pictures, masks, controlNets);
    }

    public RequestInputs with(Adapter adapter) {
        return new RequestInputs(registry, and(adapters, adapter), pictures, masks, controlNets);
    }

    public RequestInputs with(Picture picture) {
        return new RequestInputs(registry, adapters, and(pictures, picture), masks, controlNets);
    }

    public RequestInputs with(Mask mask) {
        return new RequestInputs(registry, adapters, pictures, and(masks, mask), controlNets);
    }

    public RequestInputs with(ControlNet controlNet) {
        return new RequestInputs(registry, adapters, pictures, masks, and(controlNets, controlNet));
    }

    private static <T> List<T> and(List<T> some, T another) {
        List<T> more = new ArrayList<>(some);
        more.add(another);
        return more;
    }
}
