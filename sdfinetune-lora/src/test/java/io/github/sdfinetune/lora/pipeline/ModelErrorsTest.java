package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonParser;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.EngineException;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a model folder is said with file and key, and nothing stays open. */
final class ModelErrorsTest {
    private static final String UNET = "unet/diffusion_pytorch_model.safetensors";
    private static final String TEXT_ENCODER = "text_encoder/model.safetensors";

    @TempDir
    private static Path folder;

    private static Path model;

    @TempDir
    private Path copies;

    private ModelCopy copy;
    private long open;

    @BeforeAll
    static void write() {
        model = folder.resolve("model");
        NewModel.tiny(1).write(model);
    }

    @BeforeEach
    void copy() throws IOException {
        copy = ModelCopy.of(model, copies.resolve("copy"));
        open = Tensor.open();
    }

    @AfterEach
    void nothingStaysOpen() {
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @Test
    void aCopyOfTheModelIsReadSoThatTheOtherTestsMeanSomething() {
        Pipeline.load(copy.folder()).close();
    }

    @Test
    void aMissingFolderIsNamed() {
        assertFault(copies.resolve("absent"), copies.resolve("absent"), "no such file or folder");
    }

    @Test
    void aFolderThatIsNoModelIsNamed() {
        assertFault(copies, copies, "has no model_index.json, expected a model in diffusers' layout");
    }

    @Test
    void aFolderOfALanguageModelIsToldWhatIsSupported() throws IOException {
        Path other = Files.createDirectory(copies.resolve("llama"));
        Files.writeString(other.resolve("config.json"), "{\"architectures\": [\"LlamaForCausalLM\"]}");

        assertFault(
                other,
                other,
                "has no model_index.json, expected a model in diffusers' layout; its config.json is that of a"
                        + " LlamaForCausalLM; supported are Stable Diffusion 1.x, 2.x, XL and the XL refiner, and their"
                        + " inpainting models");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet/config.json", "vae/config.json", "text_encoder/config.json"})
    void aMissingFileIsNamed(String file) throws IOException {
        copy.delete(file);

        assertFault(copy.path(file), "no such file");
    }

    @Test
    void aMissingVocabularyIsNamed() throws IOException {
        copy.delete("tokenizer/vocab.json");

        assertThat(fault(copy.path("tokenizer"))).hasMessageContaining("vocab.json");
    }

    @Test
    void missingWeightsAreNamed() throws IOException {
        copy.delete(UNET);

        assertFault(
                copy.path("unet"),
                "has no weights, expected diffusion_pytorch_model.safetensors or"
                        + " diffusion_pytorch_model.bin, or an index of shards");
    }

    @Test
    void aCutOffFileIsNoticed() throws IOException {
        byte[] bytes = Files.readAllBytes(copy.path(UNET));
        Files.write(copy.path(UNET), Arrays.copyOf(bytes, bytes.length - 1000));

        assertThat(fault(copy.path(UNET)).getMessage())
                .contains("bytes of data, the file has")
                .endsWith("(it is cut off)");
    }

    @Test
    void aCutOffHeaderIsNoticed() throws IOException {
        byte[] bytes = Files.readAllBytes(copy.path(UNET));
        Files.write(copy.path(UNET), Arrays.copyOf(bytes, 1000));

        assertThat(fault(copy.path(UNET))).hasMessageContaining("is cut off: a header of");
    }

    @Test
    void aHeaderThatLiesAboutItsLengthIsNoticed() throws IOException {
        byte[] bytes = Files.readAllBytes(copy.path(UNET));
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 60);
        Files.write(copy.path(UNET), bytes);

        assertThat(fault(copy.path(UNET))).hasMessageContaining("is no safetensors file: a header of " + (1L << 60));
    }

    @Test
    void aHeaderThatLiesAboutAShapeIsNoticed() throws IOException {
        EditedSafetensors.write(
                copy.path(UNET),
                "{\"conv_in.bias\":{\"dtype\":\"F32\",\"shape\":[1000000],\"data_offsets\":[0,4]}}",
                new byte[4]);

        assertThat(fault(copy.path(UNET)))
                .hasMessageContaining("tensor 'conv_in.bias'")
                .hasMessageContaining("4000000");
    }

    @Test
    void tensorsOfOtherShapesAreListedTogether() throws IOException {
        copy.safetensors(UNET)
                .put("conv_in.weight", 32, 8, 3, 3)
                .put("conv_out.bias", 5)
                .write();

        assertFault(copy.path(UNET), """
                2 tensors do not fit the network that config.json describes:
                  tensor 'conv_in.weight' has shape [32, 8, 3, 3], expected [32, 4, 3, 3]
                  tensor 'conv_out.bias' has shape [5], expected [4]""");
    }

    @Test
    void missingAndUnknownTensorsAreListedTogether() throws IOException {
        copy.safetensors(TEXT_ENCODER)
                .remove("text_model.final_layer_norm.bias")
                .put("text_model.final_layer_norm.shift", 64)
                .write();

        assertFault(copy.path(TEXT_ENCODER), """
                2 tensors do not fit the network that config.json describes:
                  tensor 'text_model.final_layer_norm.bias' is missing
                  tensor 'text_model.final_layer_norm.shift' is in the file but belongs to no layer""");
    }

    @Test
    void aLongListOfFaultsIsCutAndCounted() throws IOException {
        copy.safetensors(UNET).rename(name -> "x." + name).write();

        assertThat(fault(copy.path(UNET))).hasMessageContaining("  … and ").hasMessageEndingWith(" more");
    }

    @Test
    void aTypeThatHoldsNoWeightsIsNamed() throws IOException {
        EditedSafetensors.write(
                copy.path(UNET),
                "{\"conv_in.bias\":{\"dtype\":\"I32\",\"shape\":[32],\"data_offsets\":[0,128]}}",
                new byte[128]);

        assertThat(fault(copy.path(UNET)))
                .hasMessageContaining("tensor 'conv_in.bias' has type I32, expected a floating-point type");
    }

    @Test
    void anUnsupportedValueIsNamedWithItsKey() throws IOException {
        copy.set("unet/config.json", "act_fn", "\"relu\"");

        ModelFormatException fault = fault(copy.path("unet/config.json"));

        assertThat(fault.key()).isEqualTo("act_fn");
        assertThat(fault).hasMessageContaining("'act_fn' is \"relu\"").hasMessageContaining("\"silu\"");
    }

    @Test
    void anUnknownKeyOfAConfigurationIsNamed() throws IOException {
        copy.set("unet/config.json", "warp_drive", "true");

        assertThat(fault(copy.path("unet/config.json")).key()).isEqualTo("warp_drive");
    }

    @Test
    void aSamplerThatIsNotSupportedIsAnErrorOnlyWhereNoOtherIsChosen() throws IOException {
        copy.set("scheduler/scheduler_config.json", "_class_name", "\"WarpScheduler\"");

        try (Pipeline pipeline = Pipeline.load(copy.folder())) {
            ModelFormatException fault =
                    catchThrowableOfType(ModelFormatException.class, () -> pipeline.generate(Generation.of("a disc")));
            assertThat(fault)
                    .hasMessageStartingWith(copy.path("scheduler/scheduler_config.json") + ": '_class_name' is"
                            + " \"WarpScheduler\", expected one of DDIMScheduler, ");
            assertThat(pipeline.generate(TinyPipeline.generation()).rgb()).isNotEmpty();
        }
    }

    @Test
    void aPredictionTypeThatDoesNotExistIsNamed() throws IOException {
        copy.set("scheduler/scheduler_config.json", "prediction_type", "\"velocity\"");

        assertThat(fault(copy.path("scheduler/scheduler_config.json")))
                .hasMessageContaining("'prediction_type' is \"velocity\"")
                .hasMessageContaining("v_prediction");
    }

    @Test
    void anotherKindOfPipelineIsNamed() throws IOException {
        copy.set("model_index.json", "_class_name", "\"StableDiffusion3Pipeline\"");

        assertThat(fault(copy.path("model_index.json")))
                .hasMessageContaining("\"StableDiffusion3Pipeline\", which is Stable Diffusion 3");
    }

    @Test
    void aUNetForAnotherTextEncoderIsNoticed() throws IOException {
        NewModel.tiny(1).write(copies.resolve("other"));
        int words = wordsOf(copies.resolve("other"));
        ModelCopy other = new ModelCopy(copies.resolve("other"));
        halveTextEncoder(other, words);

        assertThat(fault(other.folder(), other.path("unet/config.json")))
                .hasMessageEndingWith("'cross_attention_dim' is 64, but the text encoder gives 32");
    }

    private static int wordsOf(Path model) throws IOException {
        return JsonParser.parseString(Files.readString(model.resolve("text_encoder/config.json")))
                .getAsJsonObject()
                .get("vocab_size")
                .getAsInt();
    }

    /** A whole text encoder of half the width, with weights that fit its configuration. */
    private static void halveTextEncoder(ModelCopy copy, int words) throws IOException {
        copy.set("text_encoder/config.json", "hidden_size", "32");
        copy.set("text_encoder/config.json", "intermediate_size", "64");
        copy.set("text_encoder/config.json", "num_hidden_layers", "1");
        EditedSafetensors weights = copy.safetensors(TEXT_ENCODER).clear();
        weights.put("text_model.embeddings.token_embedding.weight", words, 32);
        weights.put("text_model.embeddings.position_embedding.weight", 77, 32);
        String layer = "text_model.encoder.layers.0.";
        for (String projection : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
            weights.put(layer + "self_attn." + projection + ".weight", 32, 32);
            weights.put(layer + "self_attn." + projection + ".bias", 32);
        }
        weights.put(layer + "mlp.fc1.weight", 64, 32).put(layer + "mlp.fc1.bias", 64);
        weights.put(layer + "mlp.fc2.weight", 32, 64).put(layer + "mlp.fc2.bias", 32);
        for (String norm : new String[] {layer + "layer_norm1", layer + "layer_norm2", "text_model.final_layer_norm"}) {
            weights.put(norm + ".weight", 32).put(norm + ".bias", 32);
        }
        weights.write();
    }

    @Test
    void aVariantThatIsNotThereIsNamed() {
        ModelFormatException fault = catchThrowableOfType(
                ModelFormatException.class,
                () -> Pipeline.load(copy.folder(), LoadOptions.defaults().variant("fp16")));

        assertThat(fault)
                .hasMessage(copy.path("text_encoder") + ": has no weights of variant \"fp16\", only plain ones");
    }

    @Test
    void aDeviceThatIsNotThereIsNamed() {
        assertThatThrownBy(() ->
                        Pipeline.load(copy.folder(), LoadOptions.defaults().device("cuda:1")))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("the device \"cuda:1\" can't be used");
    }

    private void assertFault(Path path, String problem) {
        assertFault(copy.folder(), path, problem);
    }

    private static void assertFault(Path model, Path path, String problem) {
        assertThat(fault(model, path)).hasMessage(path + ": " + problem);
    }

    private ModelFormatException fault(Path path) {
        return fault(copy.folder(), path);
    }

    private static ModelFormatException fault(Path model, Path path) {
        ModelFormatException fault = catchThrowableOfType(ModelFormatException.class, () -> Pipeline.load(model));
        assertThat(fault).isNotNull();
        assertThat(fault.path()).isEqualTo(path);
        return fault;
    }
}
