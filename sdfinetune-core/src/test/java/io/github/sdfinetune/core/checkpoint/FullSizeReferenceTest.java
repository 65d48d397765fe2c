package io.github.sdfinetune.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.core.config.ControlNetConfig;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.DType;
import io.github.sdfinetune.core.weights.WeightEntry;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Configurations of the published models, told from nothing but the keys and shapes of their files. */
@Tag("reference")
final class FullSizeReferenceTest {
    private static final Map<String, Consumer<SingleFileCheckpoint>> MODELS = new TreeMap<>(Map.of(
            "sd1",
            FullSizeReferenceTest::isSd1,
            "sd2",
            FullSizeReferenceTest::isSd2,
            "sdxl",
            FullSizeReferenceTest::isXl));

    @TestFactory
    Stream<DynamicTest> configurationsAreThoseOfThePublishedModels() {
        return MODELS.entrySet().stream()
                .filter(model -> Files.exists(file(model.getKey())))
                .map(model -> dynamicTest(
                        "models/key_maps/" + model.getKey() + " [configurations]",
                        () -> model.getValue().accept(checkpoint(shapes(file(model.getKey())), OptionalLong.empty()))));
    }

    /** A ControlNet has the encoder of its model's UNet, whose names are known, and convolutions around it. */
    @TestFactory
    Stream<DynamicTest> controlNetsAreMappedOneToOne() {
        return MODELS.keySet().stream()
                .filter(model -> Files.exists(file(model)))
                .map(model -> dynamicTest("models/key_maps/" + model + " [ControlNet]", () -> controlNet(model)));
    }

    private static void controlNet(String model) {
        List<Long> skips = model.equals("sdxl")
                ? List.of(320L, 320L, 320L, 320L, 640L, 640L, 640L, 1280L, 1280L)
                : List.of(320L, 320L, 320L, 320L, 640L, 640L, 640L, 1280L, 1280L, 1280L, 1280L, 1280L);
        List<Long> hints = List.of(3L, 16L, 16L, 32L, 32L, 96L, 96L, 256L, 320L);
        Map<String, WeightEntry> entries = new LinkedHashMap<>();
        Set<String> expected = new TreeSet<>();
        for (JsonFile line : JsonFile.read(file(model)).objects("map")) {
            String name = line.strings("diffusers").get(0);
            if (line.string("component").equals("unet") && !name.matches("(up_blocks|conv_norm_out|conv_out)\\..*")) {
                String key = line.string("key").replace("model.diffusion_model.", "control_model.");
                entries.put(key, entry(key, line.wholeNumbers("shape")));
                expected.add(name);
            }
        }
        for (int i = 0; i < skips.size(); i++) {
            String name = "controlnet_down_blocks." + i;
            addConvolution("zero_convs." + i + ".0", name, skips.get(i), skips.get(i), 1, entries, expected);
        }
        addConvolution("middle_block_out.0", "controlnet_mid_block", 1280, 1280, 1, entries, expected);
        for (int i = 0; i < hints.size() - 1; i++) {
            String name = i == 0 ? "conv_in" : i == hints.size() - 2 ? "conv_out" : "blocks." + (i - 1);
            addConvolution(
                    "input_hint_block." + 2 * i,
                    "controlnet_cond_embedding." + name,
                    hints.get(i + 1),
                    hints.get(i),
                    3,
                    entries,
                    expected);
        }
        Component component = ControlNetFile.of(
                new TensorFile(Path.of("n.pth"), entries, Map.of(), OptionalLong.empty()), LoadOptions.defaults());
        assertThat(component.weights().names()).containsExactlyInAnyOrderElementsOf(expected);
        SingleFileCheckpoint base = checkpoint(shapes(file(model)), OptionalLong.empty());
        ControlNetConfig config = ControlNetConfig.from(component.config());
        assertThat(config.encoder())
                .isEqualTo(UNetConfig.from(base.config("unet")).encoder());
        assertThat(config.embeddingChannels()).containsExactly(16, 32, 96, 256);
    }

    private static void addConvolution(
            String original,
            String name,
            long out,
            long in,
            long side,
            Map<String, WeightEntry> entries,
            Set<String> expected) {
        String key = "control_model." + original;
        entries.put(key + ".weight", entry(key + ".weight", List.of(out, in, side, side)));
        entries.put(key + ".bias", entry(key + ".bias", List.of(out)));
        expected.add(name + ".weight");
        expected.add(name + ".bias");
    }

    @TestFactory
    Stream<DynamicTest> theInputChannelsTellInpainting() {
        return MODELS.keySet().stream()
                .filter(model -> Files.exists(file(model)))
                .map(model -> dynamicTest("models/key_maps/" + model + " [inpainting]", () -> {
                    Map<String, WeightEntry> shapes = shapes(file(model));
                    String first = "model.diffusion_model.input_blocks.0.0.weight";
                    shapes.put(first, entry(first, List.of(320L, 9L, 3L, 3L)));
                    SingleFileCheckpoint checkpoint = checkpoint(shapes, OptionalLong.empty());
                    assertThat(checkpoint.isInpainting()).isTrue();
                    assertThat(checkpoint.prediction()).isEqualTo(Prediction.EPSILON);
                    assertThat(checkpoint.config("unet").integer("in_channels")).isEqualTo(9);
                    assertThat(checkpoint.index().string("_class_name")).contains("Inpaint");
                }));
    }

    @TestFactory
    Stream<DynamicTest> theStepOfTrainingTellsEpsilonFromV() {
        return Stream.of("sd2")
                .filter(model -> Files.exists(file(model)))
                .map(model -> dynamicTest("models/key_maps/" + model + " [epsilon]", () -> {
                    SingleFileCheckpoint base = checkpoint(shapes(file(model)), OptionalLong.of(875_000));
                    assertThat(base.prediction()).isEqualTo(Prediction.EPSILON);
                    assertThat(base.config("scheduler").string("prediction_type"))
                            .isEqualTo("epsilon");
                    assertThat(base.config("unet").integer("sample_size")).isEqualTo(64);
                }));
    }

    @TestFactory
    Stream<DynamicTest> theUserMayTellEpsilonFromV() {
        return Stream.of("sd2")
                .filter(model -> Files.exists(file(model)))
                .map(model -> dynamicTest("models/key_maps/" + model + " [epsilon, said so]", () -> {
                    TensorFile file = new TensorFile(
                            Path.of("m.safetensors"), shapes(file(model)), Map.of(), OptionalLong.empty());
                    SingleFileCheckpoint base = SingleFileCheckpoint.of(
                            file, Optional.empty(), Optional.empty(), Optional.of(Prediction.EPSILON));
                    assertThat(base.config("scheduler").string("prediction_type"))
                            .isEqualTo("epsilon");
                    assertThat(base.config("unet").integer("sample_size")).isEqualTo(64);
                }));
    }

    private static void isSd1(SingleFileCheckpoint checkpoint) {
        assertThat(checkpoint.family()).isEqualTo(Family.SD1);
        assertThat(checkpoint.prediction()).isEqualTo(Prediction.EPSILON);
        JsonFile unet = checkpoint.config("unet");
        assertThat(unet.integers("block_out_channels")).containsExactly(320, 640, 1280, 1280);
        assertThat(unet.strings("down_block_types"))
                .containsExactly("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D");
        assertThat(unet.strings("up_block_types"))
                .containsExactly("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D");
        assertThat(unet.integer("layers_per_block")).isEqualTo(2);
        assertThat(unet.integer("attention_head_dim")).isEqualTo(8);
        assertThat(unet.integer("transformer_layers_per_block")).isEqualTo(1);
        assertThat(unet.integer("cross_attention_dim")).isEqualTo(768);
        assertThat(unet.flag("use_linear_projection", true)).isFalse();
        assertThat(unet.integer("sample_size")).isEqualTo(64);
        assertVae(checkpoint, 0.18215);
        assertText(checkpoint.config("text_encoder"), 768, 12, 12, 3072, "quick_gelu");
        assertThat(checkpoint.config("scheduler").string("_class_name")).isEqualTo("PNDMScheduler");
        assertThat(checkpoint.index().string("_class_name")).isEqualTo("StableDiffusionPipeline");
        assertThat(checkpoint.has("text_encoder_2")).isFalse();
    }

    private static void isSd2(SingleFileCheckpoint checkpoint) {
        assertThat(checkpoint.family()).isEqualTo(Family.SD2);
        assertThat(checkpoint.prediction()).isEqualTo(Prediction.V_PREDICTION);
        JsonFile unet = checkpoint.config("unet");
        assertThat(unet.integers("attention_head_dim")).containsExactly(5, 10, 20, 20);
        assertThat(unet.integer("cross_attention_dim")).isEqualTo(1024);
        assertThat(unet.flag("use_linear_projection", false)).isTrue();
        assertThat(unet.integer("sample_size")).isEqualTo(96);
        assertVae(checkpoint, 0.18215);
        assertText(checkpoint.config("text_encoder"), 1024, 23, 16, 4096, "gelu");
        assertThat(checkpoint.config("scheduler").string("prediction_type")).isEqualTo("v_prediction");
    }

    private static void isXl(SingleFileCheckpoint checkpoint) {
        assertThat(checkpoint.family()).isEqualTo(Family.SDXL);
        assertThat(checkpoint.prediction()).isEqualTo(Prediction.EPSILON);
        JsonFile unet = checkpoint.config("unet");
        assertThat(unet.integers("block_out_channels")).containsExactly(320, 640, 1280);
        assertThat(unet.strings("down_block_types"))
                .containsExactly("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D");
        assertThat(unet.integers("transformer_layers_per_block")).containsExactly(1, 2, 10);
        assertThat(unet.integers("attention_head_dim")).containsExactly(5, 10, 20);
        assertThat(unet.integer("cross_attention_dim")).isEqualTo(2048);
        assertThat(unet.string("addition_embed_type")).isEqualTo("text_time");
        assertThat(unet.integer("projection_class_embeddings_input_dim")).isEqualTo(2816);
        assertThat(unet.integer("sample_size")).isEqualTo(128);
        assertVae(checkpoint, 0.13025);
        assertText(checkpoint.config("text_encoder"), 768, 12, 12, 3072, "quick_gelu");
        assertText(checkpoint.config("text_encoder_2"), 1280, 32, 20, 5120, "gelu");
        assertThat(checkpoint.config("text_encoder_2").integer("projection_dim"))
                .isEqualTo(1280);
        assertThat(checkpoint.config("scheduler").string("_class_name")).isEqualTo("EulerDiscreteScheduler");
        assertThat(checkpoint.index().strings("text_encoder_2"))
                .containsExactly("transformers", "CLIPTextModelWithProjection");
    }

    private static void assertVae(SingleFileCheckpoint checkpoint, double scalingFactor) {
        JsonFile vae = checkpoint.config("vae");
        assertThat(vae.integers("block_out_channels")).containsExactly(128, 256, 512, 512);
        assertThat(vae.integer("layers_per_block")).isEqualTo(2);
        assertThat(vae.integer("latent_channels")).isEqualTo(4);
        assertThat(vae.number("scaling_factor")).isEqualTo(scalingFactor);
    }

    private static void assertText(
            JsonFile text, int hiddenSize, int layers, int heads, int intermediateSize, String activation) {
        assertThat(text.integer("vocab_size")).isEqualTo(49408);
        assertThat(text.integer("hidden_size")).isEqualTo(hiddenSize);
        assertThat(text.integer("num_hidden_layers")).isEqualTo(layers);
        assertThat(text.integer("num_attention_heads")).isEqualTo(heads);
        assertThat(text.integer("intermediate_size")).isEqualTo(intermediateSize);
        assertThat(text.integer("max_position_embeddings")).isEqualTo(77);
        assertThat(text.string("hidden_act")).isEqualTo(activation);
    }

    private static Map<String, WeightEntry> shapes(Path file) {
        Map<String, WeightEntry> entries = new LinkedHashMap<>();
        for (JsonFile line : JsonFile.read(file).objects("map")) {
            entries.put(line.string("key"), entry(line.string("key"), line.wholeNumbers("shape")));
        }
        return entries;
    }

    private static WeightEntry entry(String name, List<Long> shape) {
        return new WeightEntry(Path.of("m.safetensors"), name, DType.F16, shape, ByteBuffer.allocate(0));
    }

    private static SingleFileCheckpoint checkpoint(Map<String, WeightEntry> entries, OptionalLong step) {
        return SingleFileCheckpoint.of(
                new TensorFile(Path.of("m.safetensors"), entries, Map.of(), step),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Path file(String model) {
        return ReferenceFolder.get().path("models/key_maps/" + model + ".json");
    }
}
