package io.github.sdfinetune.core.inspect;

import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.config.ClipTextConfig;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.config.VaeConfig;
import io.github.sdfinetune.core.model.NetworkPlan;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.weights.WeightFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The networks of a model, each checked against its configuration as loading does, from headers. */
final class ModelNetworks {
    static final List<String> NAMES = List.of("unet", "vae", "text_encoder", "text_encoder_2");

    private final Findings findings;
    private Optional<UNetConfig> unet = Optional.empty();
    private Optional<Autoencoder> vae = Optional.empty();
    private final Map<String, ClipTextModel> textEncoders = new TreeMap<>();

    ModelNetworks(Findings findings) {
        this.findings = findings;
    }

    /** What makes a model differ from others of its family, for people. */
    static String variant(boolean inpainting, String predictionType, boolean zeroTerminalSnr) {
        List<String> words = new ArrayList<>();
        if (inpainting) {
            words.add("inpainting");
        }
        if (!predictionType.equals("epsilon")) {
            words.add(predictionType.replace('_', '-'));
        }
        if (zeroTerminalSnr) {
            words.add("zero-terminal SNR");
        }
        return words.isEmpty() ? "" : ", " + String.join(", ", words);
    }

    /**
     * Looks at a network; a fault of its configuration does not hide those of its weights.
     *
     * @param config absent if it is not known; what its weights should be is not known either then
     */
    void add(String name, Optional<JsonFile> config, Supplier<WeightFiles> weights) {
        Optional<WeightFiles> files = findings.attempt(weights);
        files.ifPresent(found -> findings.part(partName(name, found), found.files(), found.entries()));
        Optional<JsonFile> json = config.filter(found -> isSound(name, found));
        if (json.isPresent() && files.isPresent()) {
            Component component = new Component(json.get(), files.get());
            switch (name) {
                case "unet" -> built(component, NetworkPlan::unet);
                case "vae" -> vae = built(component, NetworkPlan::vae);
                default ->
                    built(component, each -> NetworkPlan.textEncoder(each, name))
                            .ifPresent(network -> textEncoders.put(name, network));
            }
        }
    }

    private boolean isSound(String name, JsonFile json) {
        return switch (name) {
            case "unet" -> {
                unet = findings.attempt(() -> UNetConfig.from(json));
                yield unet.isPresent();
            }
            case "vae" -> findings.attempt(() -> VaeConfig.from(json)).isPresent();
            default -> findings.attempt(() -> ClipTextConfig.from(json)).isPresent();
        };
    }

    /** The name of a component, with the variant of its files. */
    static String partName(String name, WeightFiles files) {
        return name + files.variant().map(variant -> " (" + variant + ")").orElse("");
    }

    private <T> Optional<T> built(Component component, Function<Component, NetworkPlan<T>> plan) {
        return findings.attempt(() -> plan.apply(component).check());
    }

    /** The configuration of the UNet, if it has no fault. */
    Optional<UNetConfig> unet() {
        return unet;
    }

    /** The VAE, if it has no fault. */
    Optional<Autoencoder> vae() {
        return vae;
    }

    /** Those without a fault, by the names of their components. */
    Map<String, ClipTextModel> textEncoders() {
        return textEncoders;
    }
}
