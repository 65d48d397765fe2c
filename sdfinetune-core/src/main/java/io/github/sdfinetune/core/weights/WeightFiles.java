package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The weights of one component of a model (unet, vae, text_encoder), whether they are one file or a sharded set. With the base
 * name {@code model} these are {@code model.safetensors} or {@code model.safetensors.index.json} and the shards it names; of the
 * variant fp16, {@code model.fp16.safetensors} or {@code model.safetensors.index.fp16.json}. An index wins over a single file, as
 * in diffusers. Where there is neither, files of torch's serve, whose names differ: {@code pytorch_model.bin} or
 * {@code pytorch_model.bin.index.json} in the place of {@code model}.
 */
public final class WeightFiles {
    private static final String PLAIN = "";
    private static final Pattern SHARD = Pattern.compile(".*-\\d{5}-of-\\d{5}.*");
    private static final String SAFE = "safetensors";
    private static final String PICKLE = "bin";
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Map<String, String> NAMES_OF_PICKLES = Map.of("model", "pytorch_model");

    private final Path source;
    private final String variant;
    private final List<Path> files;
    private final Map<String, WeightEntry> entries;

    private WeightFiles(Path source, String variant, List<Path> files, Map<String, WeightEntry> entries) {
        this.source = source;
        this.variant = variant;
        this.files = files.stream().sorted().toList();
        this.entries = Collections.unmodifiableMap(entries);
    }

    /**
     * Finds and opens the weights of a component.
     *
     * @param folder such as {@code unet}
     * @param baseName {@code diffusion_pytorch_model} for what diffusers writes, {@code model} for transformers
     * @param wanted the variant to read; without one the plain files, and if there are none the only variant there is
     * @throws ModelFormatException if there are none, several variants and no choice, or they are damaged or incomplete
     */
    public static WeightFiles open(Path folder, String baseName, Optional<String> wanted) {
        Map<String, Path> found = find(folder, baseName);
        String variant = wanted.orElseGet(() -> onlyVariant(folder, baseName, found));
        Path source = found.get(variant);
        if (source == null) {
            throw new ModelFormatException(
                    folder, "has no weights of variant \"" + variant + "\", only " + listed(found.keySet()));
        }
        return source.toString().endsWith(".json") ? sharded(source, variant) : single(source, variant);
    }

    /**
     * The weights of a component that is part of a file.
     *
     * @param file holds all of them
     */
    public static WeightFiles of(Path file, Collection<WeightEntry> entries) {
        return new WeightFiles(file, PLAIN, List.of(file), byName(entries));
    }

    private static Map<String, Path> find(Path folder, String baseName) {
        List<String> names = fileNames(folder);
        String pickleName = NAMES_OF_PICKLES.getOrDefault(baseName, baseName);
        Map<String, Path> found = new TreeMap<>();
        for (Pattern pattern : List.of(
                single(pickleName, PICKLE), index(pickleName, PICKLE), single(baseName, SAFE), index(baseName, SAFE))) {
            for (String name : names) {
                Matcher matcher = pattern.matcher(name);
                if (matcher.matches() && !SHARD.matcher(name).matches()) {
                    found.put(matcher.group(1) == null ? PLAIN : matcher.group(1), folder.resolve(name));
                }
            }
        }
        if (found.isEmpty()) {
            String expected = baseName + "." + SAFE + " or " + pickleName + "." + PICKLE;
            throw new ModelFormatException(folder, "has no weights, expected " + expected + ", or an index of shards");
        }
        return found;
    }

    private static Pattern single(String baseName, String type) {
        return Pattern.compile(Pattern.quote(baseName) + "(?:\\.([A-Za-z0-9_-]+))?\\." + type);
    }

    private static Pattern index(String baseName, String type) {
        return Pattern.compile(Pattern.quote(baseName + "." + type) + "\\.index(?:\\.([A-Za-z0-9_-]+))?\\.json");
    }

    private static String onlyVariant(Path folder, String baseName, Map<String, Path> found) {
        if (found.containsKey(PLAIN)) {
            return PLAIN;
        }
        if (found.size() > 1) {
            throw new ModelFormatException(
                    folder,
                    "has no plain " + baseName + ".safetensors but several variants; choose one of "
                            + listed(found.keySet()));
        }
        return found.keySet().iterator().next();
    }

    private static String listed(Set<String> variants) {
        return variants.stream()
                .map(variant -> variant.equals(PLAIN) ? "plain ones" : '"' + variant + '"')
                .collect(Collectors.joining(", "));
    }

    private static List<String> fileNames(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ModelFormatException(folder, "no such folder");
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new ModelFormatException(folder, null, "can't be read: " + e, e);
        }
    }

    private static WeightFiles single(Path path, String variant) {
        return new WeightFiles(
                path, variant, List.of(path), byName(WeightFile.open(path).entries()));
    }

    private static Map<String, WeightEntry> byName(Collection<WeightEntry> entries) {
        Map<String, WeightEntry> byName = new LinkedHashMap<>();
        entries.forEach(entry -> byName.put(entry.name(), entry));
        return byName;
    }

    private static WeightFiles sharded(Path index, String variant) {
        JsonFile weightMap = JsonFile.read(index).object("weight_map");
        requireShards(index, weightMap);
        Map<String, WeightFile> shards = new TreeMap<>();
        for (String name : weightMap.keys()) {
            shards.computeIfAbsent(weightMap.string(name), shard -> WeightFile.open(index.resolveSibling(shard)));
        }
        Map<String, WeightEntry> entries = new LinkedHashMap<>();
        shards.forEach((shard, file) -> file.entries().forEach(entry -> {
            if (!weightMap.has(entry.name()) || !weightMap.string(entry.name()).equals(shard)) {
                throw entry.fault("stands here, but not according to " + index.getFileName());
            }
            entries.put(entry.name(), entry);
        }));
        for (String name : weightMap.keys()) {
            if (!entries.containsKey(name)) {
                throw weightMap.fault(name, "is \"" + weightMap.string(name) + "\", which has no such tensor");
            }
        }
        List<Path> files = shards.values().stream().map(WeightFile::path).toList();
        return new WeightFiles(index, variant, files, entries);
    }

    /** Checks the names of all shards, and that all of them are there. */
    private static void requireShards(Path index, JsonFile weightMap) {
        String type = String.valueOf(index.getFileName()).contains("." + PICKLE + ".index") ? PICKLE : SAFE;
        Map<String, String> missing = new TreeMap<>();
        for (String name : weightMap.keys()) {
            String shard = weightMap.string(name);
            if (!FILE_NAME.matcher(shard).matches() || !shard.endsWith("." + type)) {
                throw weightMap.fault(
                        name, "is \"" + shard + "\", expected the name of a " + type + " file beside the index");
            }
            if (!Files.exists(index.resolveSibling(shard))) {
                missing.putIfAbsent(shard, name);
            }
        }
        if (!missing.isEmpty()) {
            List<String> shards = List.copyOf(missing.keySet());
            List<String> others = shards.subList(1, shards.size());
            throw weightMap.fault(
                    List.copyOf(missing.values()).get(0),
                    "is \"" + shards.get(0) + "\", which is missing"
                            + (others.isEmpty() ? "" : "; missing too: " + String.join(", ", others)));
        }
    }

    /** Which variant was read; empty for the plain files. */
    public Optional<String> variant() {
        return variant.equals(PLAIN) ? Optional.empty() : Optional.of(variant);
    }

    /** The files, sorted. */
    public List<Path> files() {
        return files;
    }

    public Set<String> names() {
        return entries.keySet();
    }

    public Collection<WeightEntry> entries() {
        return entries.values();
    }

    /**
     * A tensor by its name.
     *
     * @throws ModelFormatException if there is none of this name
     */
    public WeightEntry entry(String name) {
        WeightEntry entry = entries.get(name);
        if (entry == null) {
            throw new ModelFormatException(source, name, "has no tensor '" + name + "'");
        }
        return entry;
    }
}
