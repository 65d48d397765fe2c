package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.checkpoint.Family.Part;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which tensors of a whole file become which tensors of which component.
 *
 * @param components the mappings of each; original names are complete
 * @param unknown tensors that belong to no layer
 */
record KeyMap(Map<String, List<KeyMapping>> components, List<String> unknown) {
    private static final Pattern RESBLOCK = Pattern.compile("transformer\\.resblocks\\.(\\d{1,2})\\..*");

    // Of one digit each: the table has a line for each pair, and a name with large ones would make it take much memory.
    private static final Pattern ORIGINAL_VAE_BLOCK = Pattern.compile("decoder\\.up\\.(\\d)\\.block\\.(\\d)\\..*");
    private static final Pattern VAE_BLOCK = Pattern.compile("decoder\\.up_blocks\\.(\\d)\\.resnets\\.(\\d)\\..*");

    private static final Pattern TEXT_LAYER = Pattern.compile("(?:text_model\\.)?encoder\\.layers\\.(\\d{1,2})\\..*");

    /** The numbers 0 to 76, which older text encoders hold beside their weights. */
    private static final String POSITIONS = "embeddings.position_ids";

    /** Stable Diffusion 2.x takes the text states before the last of 24 layers, so diffusers' models have 23. */
    private static final int SD2_TEXT_LAYERS = 23;

    /**
     * The map of a file in the original layout.
     *
     * @param textLayers how many layers the first text encoder uses, where that is known
     */
    static KeyMap ofOriginal(Family family, Set<String> keys, OptionalInt textLayers) {
        Map<String, List<KeyMapping>> components = new LinkedHashMap<>();
        Set<String> rest = new LinkedHashSet<>(keys);
        for (Part part : family.parts()) {
            Set<String> names = keys.stream()
                    .filter(key -> key.startsWith(part.prefix()))
                    .map(key -> key.substring(part.prefix().length()))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            int layers = usedLayers(family, part, names, textLayers);
            LayerTable table = ofOriginal(part, names, layers);
            List<KeyMapping> mappings = new ArrayList<>();
            for (String name : names) {
                String key = part.prefix() + name;
                Optional<KeyMapping> mapping = ExtraKeys.isExtra(key) ? Optional.empty() : table.ofOriginal(name);
                mapping.ifPresent(found -> {
                    mappings.add(new KeyMapping(key, found.diffusers(), found.operation()));
                    rest.remove(key);
                });
            }
            if (family == Family.SD2 && part.isText()) {
                rest.removeIf(key -> key.startsWith(part.prefix() + "transformer.resblocks." + layers + "."));
            }
            components.put(part.component(), mappings);
        }
        rest.removeIf(ExtraKeys::isExtra);
        return new KeyMap(components, List.copyOf(rest));
    }

    private static int usedLayers(Family family, Part part, Set<String> names, OptionalInt given) {
        int count = count(RESBLOCK, 1, names);
        return family == Family.SD2 && part.isText() ? given.orElse(Math.min(count, SD2_TEXT_LAYERS)) : count;
    }

    private static LayerTable ofOriginal(Part part, Set<String> names, int textLayers) {
        return switch (part.kind()) {
            case UNET -> LayerTables.unet(UNetBlocks.ofOriginal(names));
            case VAE -> LayerTables.vae(count(ORIGINAL_VAE_BLOCK, 1, names), count(ORIGINAL_VAE_BLOCK, 2, names));
            case CLIP -> LayerTables.clip();
            case OPEN_CLIP -> LayerTables.openClip(textLayers, false);
            case OPEN_CLIP_WITH_PROJECTION -> LayerTables.openClip(textLayers, true);
        };
    }

    /**
     * The mappings of a component in diffusers' layout, with complete original names, in the order of those.
     *
     * @param unknown is given the tensors that belong to no layer, and those whose partners are missing
     */
    static Collection<KeyMapping> ofDiffusers(Part part, Set<String> names, Collection<String> unknown) {
        LayerTable table = ofDiffusers(part, names);
        Map<String, KeyMapping> mappings = new TreeMap<>();
        for (String name : names) {
            Optional<KeyMapping> mapping =
                    table.ofDiffusers(name).filter(found -> names.containsAll(found.diffusers()));
            mapping.ifPresentOrElse(
                    found -> {
                        String original = part.prefix() + found.original();
                        mappings.put(original, new KeyMapping(original, found.diffusers(), found.operation()));
                    },
                    () -> {
                        if (!name.endsWith(POSITIONS)) {
                            unknown.add(name);
                        }
                    });
        }
        return mappings.values();
    }

    private static LayerTable ofDiffusers(Part part, Set<String> names) {
        return switch (part.kind()) {
            case UNET -> LayerTables.unet(UNetBlocks.ofDiffusers(names));
            case VAE -> LayerTables.vae(count(VAE_BLOCK, 1, names), count(VAE_BLOCK, 2, names));
            case CLIP -> LayerTables.clip();
            case OPEN_CLIP -> LayerTables.openClip(count(TEXT_LAYER, 1, names), false);
            case OPEN_CLIP_WITH_PROJECTION -> LayerTables.openClip(count(TEXT_LAYER, 1, names), true);
        };
    }

    /** One more than the largest number that stands in a place of the names. */
    static int count(Pattern pattern, int group, Set<String> names) {
        return names.stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .mapToInt(matcher -> Integer.parseInt(matcher.group(group)) + 1)
                .max()
                .orElse(0);
    }
}
