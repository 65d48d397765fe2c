package io.github.sdfinetune.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.sdfinetune.core.checkpoint.Family.Part;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The maps of the published models of full size. */
@Tag("reference")
final class KeyMapReferenceTest {
    private static final Map<String, Family> MODELS = Map.of("sd1", Family.SD1, "sd2", Family.SD2, "sdxl", Family.SDXL);

    @TestFactory
    Stream<DynamicTest> everyKeyIsMappedInBothDirections() {
        return new TreeMap<>(MODELS)
                .entrySet().stream()
                        .filter(model -> Files.exists(file(model.getKey())))
                        .map(model -> dynamicTest("models/key_maps/" + model.getKey(), () -> {
                            JsonFile json = JsonFile.read(file(model.getKey()));
                            fromOriginal(model.getValue(), json);
                            fromDiffusers(model.getValue(), json);
                        }));
    }

    private static Path file(String model) {
        return ReferenceFolder.get().path("models/key_maps/" + model + ".json");
    }

    private static void fromOriginal(Family family, JsonFile json) {
        Map<String, List<KeyMapping>> expected = expected(json);
        Set<String> keys = new LinkedHashSet<>();
        expected.values().forEach(mappings -> mappings.forEach(mapping -> keys.add(mapping.original())));
        Set<String> weights = Set.copyOf(keys);
        for (String extra : json.strings("known_extra_keys")) {
            addExtra(keys, extra);
        }
        assertThat(keys).hasSizeGreaterThan(weights.size() + 5);

        assertThat(Family.of(keys)).contains(family);
        KeyMap map = KeyMap.ofOriginal(family, keys, OptionalInt.empty());
        assertThat(map.unknown()).isEmpty();
        assertThat(map.components().keySet()).isEqualTo(expected.keySet());
        expected.forEach((component, mappings) -> assertThat(map.components().get(component))
                .filteredOn(mapping -> !mapping.original().endsWith("position_ids"))
                .containsExactlyInAnyOrderElementsOf(mappings));
    }

    /** An asterisk stands for any tensors, here those of the layer before. */
    private static void addExtra(Set<String> keys, String extra) {
        String name = extra.split(" ", 2)[0];
        if (name.contains("resblocks.23.*")) {
            List.copyOf(keys).stream()
                    .filter(key -> key.contains("resblocks.22."))
                    .forEach(key -> keys.add(key.replace("resblocks.22.", "resblocks.23.")));
        } else {
            keys.add(name.replace("*", "diffusion_modelinput_blocks00weight"));
        }
    }

    private static void fromDiffusers(Family family, JsonFile json) {
        JsonFile counts = json.object("counts");
        expected(json).forEach((component, mappings) -> {
            Set<String> names = mappings.stream()
                    .flatMap(mapping -> mapping.diffusers().stream())
                    .collect(Collectors.toSet());
            assertThat(names).hasSize(counts.integer(component));
            Part part = family.part(component).orElseThrow();
            List<String> unknown = new ArrayList<>();
            Collection<KeyMapping> found = KeyMap.ofDiffusers(part, names, unknown);
            assertThat(unknown).isEmpty();
            assertThat(found).containsExactlyInAnyOrderElementsOf(mappings);
        });
    }

    private static Map<String, List<KeyMapping>> expected(JsonFile json) {
        Map<String, List<KeyMapping>> components = new LinkedHashMap<>();
        for (JsonFile line : json.objects("map")) {
            components
                    .computeIfAbsent(line.string("component"), component -> new ArrayList<>())
                    .add(new KeyMapping(
                            line.string("key"),
                            line.strings("diffusers"),
                            Operation.valueOf(line.string("op", "none").toUpperCase(Locale.ROOT))));
        }
        return components;
    }
}
