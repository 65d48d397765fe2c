package io.github.sdfinetune.core.inspect;

import io.github.sdfinetune.core.checkpoint.FileKind;
import io.github.sdfinetune.core.config.PublishedUNet;
import io.github.sdfinetune.core.weights.WeightEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What people want to know of a file of tensors beside its kind: ranks, words, and what model it was made for. */
record TensorNotes(Collection<WeightEntry> entries, Map<String, String> metadata) {
    private static final int EXAMPLES = 5;

    /** The factor of an adapter whose first dimension is the rank; the layer it changes stands before. */
    private static final Pattern DOWN = Pattern.compile(
            "(.+?)(\\.lora_down|\\.lora_A(\\.[^.]+)?|[._]lora\\.down|\\.lora_linear_layer\\.down)\\.weight|(.+)\\.hada_w1_b");

    /** Where text states enter a UNet: the width of its second dimension differs between the families. */
    private static final Pattern TEXT_ENTRY = Pattern.compile(".*attn2[._](processor\\.)?to_k(_lora)?\\..*");

    private static final Pattern TOKENS = Pattern.compile(".*token_embedding\\.weight");
    private static final Pattern UP = Pattern.compile(".*(lora_up|lora_B|\\.up\\.weight|hada_w2).*");

    private static final Map<Long, String> TEXT_ENCODERS = Map.of(
            768L, "that of Stable Diffusion 1.x and the first of XL",
            1024L, "that of Stable Diffusion 2.x",
            1280L, "the second of Stable Diffusion XL");

    /** Which headers say what a file was trained on. */
    private static final List<String> BASE_MODEL =
            List.of("modelspec.architecture", "ss_base_model_version", "ss_sd_model_name", "ss_network_module");

    /** Lines about a file of a kind. */
    List<String> of(FileKind kind) {
        List<String> notes = new ArrayList<>();
        if (kind.role() == FileKind.Role.ADAPTER) {
            notes.addAll(ofAdapter());
        }
        width(TEXT_ENTRY)
                .flatMap(PublishedUNet::ofTextWidth)
                .ifPresent(unet -> notes.add("its widths are those of " + unet.label()));
        width(TOKENS)
                .map(TEXT_ENCODERS::get)
                .ifPresent(encoder -> notes.add("its widths are those of a text encoder: " + encoder));
        String said = BASE_MODEL.stream()
                .filter(metadata::containsKey)
                .map(key -> metadata.get(key))
                .distinct()
                .collect(Collectors.joining(", "));
        if (!said.isEmpty()) {
            notes.add("says that it was made with: " + said);
        }
        if (kind.role() == FileKind.Role.UNKNOWN) {
            entries.stream()
                    .limit(EXAMPLES)
                    .forEach(entry -> notes.add(entry.name() + " " + entry.dtype() + " " + entry.shape()));
        }
        return notes;
    }

    /** The second dimension of the first tensor of a name; factors that lead up have the rank there. */
    private Optional<Long> width(Pattern name) {
        return entries.stream()
                .filter(entry -> name.matcher(entry.name()).matches()
                        && !UP.matcher(entry.name()).matches()
                        && entry.shape().size() >= 2)
                .map(entry -> entry.shape().get(1))
                .findFirst();
    }

    private List<String> ofAdapter() {
        Map<String, Long> modules = new TreeMap<>();
        TreeSet<Long> ranks = new TreeSet<>();
        long convolutions = 0;
        for (WeightEntry entry : entries) {
            Matcher matcher = DOWN.matcher(entry.name());
            if (matcher.matches() && !entry.shape().isEmpty()) {
                modules.merge(component(entry.name()), 1L, Long::sum);
                ranks.add(entry.shape().get(0));
                convolutions += entry.shape().size() == 4 && entry.shape().get(2) > 1 ? 1 : 0;
            }
        }
        if (modules.isEmpty()) {
            return List.of();
        }
        long all = modules.values().stream().mapToLong(Long::longValue).sum();
        String where = modules.entrySet().stream()
                .map(component -> component.getValue() + " in the " + component.getKey())
                .collect(Collectors.joining(", "));
        return List.of(
                all + " layers: " + where + (convolutions == 0 ? "" : "; " + convolutions + " are convolutions"),
                range("rank", ranks.stream().map(Long::doubleValue).toList()) + ", " + alphas());
    }

    private static String component(String key) {
        if (key.matches("(lora_te2_|(base_model\\.model\\.)?text_encoder_2\\.).*")) {
            return "second text encoder";
        }
        return key.matches("(lora_te1?_|text_encoder\\.|(base_model\\.model\\.)?text_model\\.).*")
                ? "text encoder"
                : "UNet";
    }

    private String alphas() {
        List<Double> alphas = entries.stream()
                .filter(entry ->
                        entry.name().endsWith(".alpha") && entry.dtype().isFloatingPoint() && entry.elements() == 1)
                .map(entry -> (double) entry.floats()[0])
                .toList();
        return alphas.isEmpty() ? "no alpha in its tensors" : range("alpha", alphas);
    }

    private static String range(String name, List<Double> values) {
        double least = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        return least == most ? name + " " + number(least) : name + "s " + number(least) + " to " + number(most);
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.4g", value);
    }

    /** Lines about a file that teaches a word. */
    List<String> ofWord(String word) {
        Stream<String> vectors = entries.stream()
                .filter(entry ->
                        entry.dtype().isFloatingPoint() && !entry.shape().isEmpty())
                .map(entry -> {
                    int last = entry.shape().size() - 1;
                    long dim = entry.shape().get(last);
                    String encoder = TEXT_ENCODERS.getOrDefault(dim, "that of no published model");
                    long count = entry.elements() / Math.max(1, dim);
                    return count + (count == 1 ? " vector of " : " vectors of ") + dim
                            + " numbers, as the text encoder takes: " + encoder;
                });
        return Stream.concat(Stream.of("word: " + word), vectors).toList();
    }
}
