package io.github.sdfinetune.lora;

import io.github.sdfinetune.core.config.PublishedUNet;
import io.github.sdfinetune.core.file.Sha256;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The files of kohya's sd-scripts, which AUTOMATIC1111 and ComfyUI read: an {@code .alpha} for each layer, and header entries that
 * start with {@code ss_} (training) and {@code sshs_} (hashes).
 */
final class KohyaLayout {
    /** What our own training says about itself, in the words of sd-scripts. */
    private static final Map<String, String> TRAINING = Map.of(
            "steps", "ss_max_train_steps",
            "learning_rate", "ss_learning_rate",
            "batch_size", "ss_batch_size_per_device",
            "resolution", "ss_resolution",
            "seed", "ss_seed",
            "pictures", "ss_num_train_images");

    /** What is kept of a file that was read: numbers and choices. Other entries can hold paths, names of folders, captions. */
    private static final Set<String> KEPT = Set.of(
            "ss_base_model_version",
            "ss_batch_size_per_device",
            "ss_clip_skip",
            "ss_epoch",
            "ss_gradient_accumulation_steps",
            "ss_gradient_checkpointing",
            "ss_learning_rate",
            "ss_lr_scheduler",
            "ss_lr_warmup_steps",
            "ss_max_grad_norm",
            "ss_max_token_length",
            "ss_max_train_steps",
            "ss_min_snr_gamma",
            "ss_mixed_precision",
            "ss_network_dropout",
            "ss_noise_offset",
            "ss_num_batches_per_epoch",
            "ss_num_epochs",
            "ss_num_reg_images",
            "ss_num_train_images",
            "ss_prior_loss_weight",
            "ss_resolution",
            "ss_sd_model_hash",
            "ss_seed",
            "ss_steps",
            "ss_text_encoder_lr",
            "ss_unet_lr",
            "ss_v2",
            "ss_vae_hash");

    private KohyaLayout() {}

    static void write(LoraAdapter adapter, Path target) {
        boolean sdxl = BaseFamily.of(adapter).equals(Optional.of(PublishedUNet.SDXL));
        SortedMap<String, TensorSource> tensors = new TreeMap<>();
        for (LoraModule module : adapter.modules()) {
            String name = sdxl ? KohyaNames.ofSdxl(module.layer()) : KohyaNames.of(module.layer());
            tensors.put(name + ".lora_down.weight", Tensors.down(module));
            tensors.put(name + ".lora_up.weight", Tensors.up(module));
            tensors.put(name + ".alpha", TensorSource.of(List.of(), new float[] {(float) module.alpha()}));
        }
        SafetensorsWriter.write(target, tensors, metadata(adapter, hash(tensors)));
    }

    private static Map<String, String> metadata(LoraAdapter adapter, String hash) {
        Map<String, String> metadata = new HashMap<>();
        adapter.metadata().forEach((key, value) -> metadata.put(TRAINING.getOrDefault(key, key), value));
        metadata.keySet().retainAll(KEPT);
        PublishedUNet base = BaseFamily.of(adapter).orElse(PublishedUNet.SD1);
        metadata.putIfAbsent("ss_base_model_version", version(base));
        metadata.putIfAbsent("ss_v2", base == PublishedUNet.SD2 ? "True" : "False");
        metadata.put("ss_network_module", "networks.lora");
        metadata.put("ss_network_dim", common(adapter, module -> Integer.toString(module.rank())));
        metadata.put("ss_network_alpha", common(adapter, module -> Double.toString(module.alpha())));
        metadata.put("sshs_model_hash", hash);
        if (adapter.dropout() > 0) {
            metadata.put("ss_network_dropout", Double.toString(adapter.dropout()));
        }
        return metadata;
    }

    /** What sd-scripts calls a family; it knows no refiner. */
    private static String version(PublishedUNet base) {
        return switch (base) {
            case SD1 -> "sd_v1";
            case SD2 -> "sd_v2";
            case SDXL, SDXL_REFINER -> "sdxl_base_v1-0";
        };
    }

    /** sd-scripts writes {@code Dynamic} where layers differ. */
    private static String common(LoraAdapter adapter, Function<LoraModule, String> value) {
        List<String> distinct = adapter.modules().stream().map(value).distinct().toList();
        return distinct.size() == 1 ? distinct.get(0) : "Dynamic";
    }

    /** SHA-256 over all that follows the header; tensors of one type stand there sorted by name. */
    private static String hash(SortedMap<String, TensorSource> tensors) {
        Sha256 hash = new Sha256();
        tensors.values().forEach(tensor -> hash.add(tensor.data().get()));
        return hash.hex();
    }
}
