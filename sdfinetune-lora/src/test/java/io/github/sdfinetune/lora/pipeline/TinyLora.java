package io.github.sdfinetune.lora.pipeline;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** A LoRA of random numbers on every linear layer of a model's UNet and text encoders, as other programs would write it. */
final class TinyLora {
    private static final int RANK = 2;

    private final SortedMap<String, Factors> layers;

    /**
     * Numbers of one layer.
     *
     * @param down (rank, in)
     * @param up (out, rank)
     */
    private record Factors(int in, int out, float[] down, float[] up, float alpha) {
        TensorSource downTensor() {
            return TensorSource.of(List.of((long) RANK, (long) in), down);
        }

        TensorSource upTensor() {
            return TensorSource.of(List.of((long) out, (long) RANK), up);
        }

        TensorSource alphaTensor() {
            return TensorSource.of(List.of(), new float[] {alpha});
        }

        /** {@code strength · alpha / rank · up · down}, (out, in). */
        float[] delta(double strength) {
            float[] delta = new float[out * in];
            for (int row = 0; row < out; row++) {
                for (int column = 0; column < in; column++) {
                    double sum = 0;
                    for (int i = 0; i < RANK; i++) {
                        sum += (double) up[row * RANK + i] * down[i * in + column];
                    }
                    delta[row * in + column] = (float) (strength * alpha / RANK * sum);
                }
            }
            return delta;
        }
    }

    private TinyLora(SortedMap<String, Factors> layers) {
        this.layers = layers;
    }

    /** With another alpha for each component. */
    static TinyLora of(Path model) {
        Random random = new Random(11);
        SortedMap<String, Factors> layers = new TreeMap<>();
        List<String> components = components(model);
        for (String component : components) {
            SafetensorsFile weights = SafetensorsFile.open(weights(model, component));
            for (String key : weights.names().stream().sorted().toList()) {
                List<Long> shape = weights.entry(key).shape();
                if (shape.size() == 2 && !key.contains("_embedding.weight")) {
                    int out = Math.toIntExact(shape.get(0));
                    int in = Math.toIntExact(shape.get(1));
                    layers.put(
                            component + "." + key.substring(0, key.length() - ".weight".length()),
                            new Factors(
                                    in,
                                    out,
                                    normal(random, RANK * in),
                                    normal(random, out * RANK),
                                    1.5f + components.indexOf(component)));
                }
            }
        }
        return new TinyLora(layers);
    }

    private static List<String> components(Path model) {
        List<String> components = new ArrayList<>(WordFiles.encoders(model));
        components.add("unet");
        return components;
    }

    private static float[] normal(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (0.1 * random.nextGaussian());
        }
        return values;
    }

    private static Path weights(Path model, String component) {
        String name = component.equals("unet") ? "diffusion_pytorch_model" : "model";
        return model.resolve(component).resolve(name + ".safetensors");
    }

    /** The layers of one component only. */
    TinyLora only(String component) {
        return new TinyLora(layers.subMap(component + ".", component + "/"));
    }

    int size() {
        return layers.size();
    }

    /** peft's keys, with peft's settings in the header. */
    Path writePeft(Path file) {
        Map<String, TensorSource> tensors = new HashMap<>();
        Map<String, String> settings = new TreeMap<>();
        layers.forEach((layer, factors) -> {
            tensors.put(layer + ".lora_A.weight", factors.downTensor());
            tensors.put(layer + ".lora_B.weight", factors.upTensor());
            String component = layer.substring(0, layer.indexOf('.'));
            settings.put("\"" + component + ".r\"", Integer.toString(RANK));
            settings.put("\"" + component + ".lora_alpha\"", Float.toString(factors.alpha()));
        });
        String json = settings.toString().replace('=', ':');
        SafetensorsWriter.write(file, tensors, Map.of("lora_adapter_metadata", json));
        return file;
    }

    /** The attention processors of diffusers 0.12 to 0.21, and what stood beside them for other layers. */
    Path writeProcessors(Path file) {
        Map<String, TensorSource> tensors = new HashMap<>();
        layers.forEach((layer, factors) -> {
            String module = layer.replaceFirst("(attn[12])\\.to_out\\.0$", "$1.processor.to_out_lora")
                    .replaceFirst("(attn[12])\\.(to_[qkv])$", "$1.processor.$2_lora")
                    .replaceFirst("self_attn\\.out_proj$", "self_attn.to_out_lora")
                    .replaceFirst("self_attn\\.([qkv])_proj$", "self_attn.to_$1_lora");
            String stem = module.endsWith("_lora")
                    ? module
                    : module + (layer.startsWith("unet.") ? ".lora" : ".lora_linear_layer");
            tensors.put(stem + ".down.weight", factors.downTensor());
            tensors.put(stem + ".up.weight", factors.upTensor());
            tensors.put(layer + ".alpha", factors.alphaTensor());
        });
        SafetensorsWriter.write(file, tensors, Map.of());
        return file;
    }

    /** kohya's keys, with the block names of diffusers. */
    Path writeKohya(Path file) {
        return writeKohya(file, Map.of());
    }

    /** kohya's keys as its trainer for SDXL writes them, with the block names of the original checkpoint. */
    Path writeOriginalKohya(Path file) {
        Map<String, String> names = new HashMap<>();
        JsonFile.read(ReferenceFolder.get().path("adapters/names_sdxl.json"))
                .objects("unet")
                .forEach(entry -> names.put("unet." + entry.string("module"), entry.string("kohya_ldm")));
        return writeKohya(file, names);
    }

    private Path writeKohya(Path file, Map<String, String> names) {
        Map<String, TensorSource> tensors = new HashMap<>();
        boolean two = layers.keySet().stream().anyMatch(layer -> layer.startsWith("text_encoder_2."));
        layers.forEach((layer, factors) -> {
            String flat = layer.replaceFirst("^text_encoder_2\\.", "te2.")
                    .replaceFirst("^text_encoder\\.", two ? "te1." : "te.")
                    .replace('.', '_');
            String name = names.getOrDefault(layer, "lora_" + flat);
            tensors.put(name + ".lora_down.weight", factors.downTensor());
            tensors.put(name + ".lora_up.weight", factors.upTensor());
            tensors.put(name + ".alpha", factors.alphaTensor());
        });
        SafetensorsWriter.write(file, tensors, Map.of());
        return file;
    }

    /** Adds the LoRA to the weights of a model. */
    void mergeInto(ModelCopy model, double textStrength, double unetStrength) throws IOException {
        for (String component : components(model.folder())) {
            EditedSafetensors file = EditedSafetensors.read(weights(model.folder(), component));
            double strength = component.equals("unet") ? unetStrength : textStrength;
            only(component)
                    .layers
                    .forEach((layer, factors) ->
                            file.add(layer.substring(component.length() + 1) + ".weight", factors.delta(strength)));
            file.write();
        }
    }
}
