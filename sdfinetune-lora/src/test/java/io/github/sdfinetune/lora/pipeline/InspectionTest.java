package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Inspection;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.core.image.PngWriter;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.error.ModelFormatException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of models, their parts, adapters, pictures, and of files that are none of these. */
final class InspectionTest {
    private static final String UNET = "unet/diffusion_pytorch_model.safetensors";
    private static final String SCHEDULER = "scheduler/scheduler_config.json";

    @TempDir
    private static Path folder;

    private static Path model;

    @TempDir
    private Path copies;

    private ModelCopy copy;
    private long open;
    private final Map<String, TensorSource> tensors = new LinkedHashMap<>();

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

    private Inspection inspected() {
        return Inspection.of(copy.folder());
    }

    private void add(String name, long... shape) {
        int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        tensors.put(name, TensorSource.of(Arrays.stream(shape).boxed().toList(), new float[elements]));
    }

    private Inspection ofFile(Map<String, String> metadata) {
        Path file = copies.resolve("m.safetensors");
        SafetensorsWriter.write(file, tensors, metadata);
        return Inspection.of(file);
    }

    @Test
    void aModelIsNamedByItsFamily() {
        Inspection inspection = inspected();
        assertThat(inspection.kind()).isEqualTo("Stable Diffusion 1.x");
        assertThat(inspection.use()).isEqualTo("a model, which can be loaded");
        assertThat(inspection.problems()).isEmpty();
        assertThat(inspection.notes()).contains("pipeline: StableDiffusionPipeline", "scheduler: PNDMScheduler");
        assertThat(inspection.parts()).extracting(Inspection.Part::name).containsExactly("unet", "vae", "text_encoder");
        Inspection.Part unet = inspection.parts().get(0);
        assertThat(unet.files()).containsExactly(copy.path(UNET));
        assertThat(unet.bytes()).isEqualTo(4 * unet.parameters());
        assertThat(inspection.lines()).contains("    " + Path.of(UNET));
        assertThat(inspection.keyLines()).contains("unet: conv_in.weight F32 [32, 4, 3, 3]");
    }

    @Test
    void theVariantOfAFamilyIsNamed() throws IOException {
        copy.set(SCHEDULER, "prediction_type", "\"v_prediction\"").set(SCHEDULER, "rescale_betas_zero_snr", "true");
        assertThat(inspected().kind()).isEqualTo("Stable Diffusion 1.x, v-prediction, zero-terminal SNR");
    }

    @Test
    void inpaintingIsToldFromTheInputChannels() throws IOException {
        copy.set("unet/config.json", "in_channels", "9");
        Inspection inspection = inspected();
        assertThat(inspection.kind()).isEqualTo("Stable Diffusion 1.x, inpainting");
        assertThat(inspection.problems())
                .containsExactly(UNET + ": tensor 'conv_in.weight' has shape [32, 4, 3, 3], expected [32, 9, 3, 3]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unet/diffusion_pytorch_model.safetensors | unet: has no weights, expected diffusion_pytorch_model",
                "vae/config.json | vae/config.json: no such file",
                "scheduler/scheduler_config.json | scheduler/scheduler_config.json: no such file",
                "tokenizer/merges.txt | merges.txt",
            })
    void aMissingFileIsAProblem(String file, String problem) throws IOException {
        copy.delete(file);
        Inspection inspection = inspected();
        assertThat(inspection.problems()).singleElement().asString().contains(problem);
        assertThat(inspection.kind()).isEqualTo("Stable Diffusion 1.x");
        assertThat(inspection.use()).contains("can't be loaded before its problems are solved");
        assertThat(inspection.lines()).last().asString().startsWith("problem: ");
    }

    @Test
    void aMissingComponentIsAProblem() throws IOException {
        Files.move(copy.path("vae"), copies.resolve("elsewhere"));
        assertThat(inspected().problems()).containsExactly("vae: no such folder, but model_index.json names it");
    }

    @Test
    void allFaultsAreListed() throws IOException {
        Files.writeString(copy.path("model_index.json"), "{");
        Files.writeString(copy.path("vae/config.json"), "[]");
        Files.write(copy.path(UNET), new byte[] {1, 2, 3});
        Inspection inspection = inspected();
        assertThat(inspection.problems())
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("model_index.json: no valid JSON"),
                        second -> assertThat(second).startsWith(UNET + ": has 3 bytes"),
                        third -> assertThat(third).startsWith("vae/config.json: expected one JSON object"));
        assertThat(inspection.parts()).extracting(Inspection.Part::name).containsExactly("vae", "text_encoder");
    }

    @Test
    void tensorsThatDoNotFitTheConfigurationAreListed() throws IOException {
        copy.set("unet/config.json", "layers_per_block", "2");
        assertThat(inspected().problems())
                .singleElement()
                .asString()
                .contains("tensors do not fit the network that config.json describes")
                .contains("tensor 'down_blocks.0.resnets.1.norm1.weight' is missing");
    }

    @Test
    void componentsOfDifferentModelsAreNoticed() throws IOException {
        copy.set("tokenizer/tokenizer_config.json", "model_max_length", "100");
        assertThat(inspected().problems())
                .containsExactly("tokenizer: 'model_max_length' is 100, but the text encoder takes at most 77 tokens");
    }

    @Test
    void missingShardsAreListed() throws IOException {
        copy.delete(UNET);
        Files.writeString(
                copy.path(UNET + ".index.json"),
                "{\"weight_map\": {\"a\": \"diffusion_pytorch_model-00001-of-00002.safetensors\","
                        + " \"b\": \"diffusion_pytorch_model-00002-of-00002.safetensors\"}}");
        assertThat(inspected().problems())
                .containsExactly(UNET + ".index.json: 'weight_map.a' is"
                        + " \"diffusion_pytorch_model-00001-of-00002.safetensors\", which is missing; missing too:"
                        + " diffusion_pytorch_model-00002-of-00002.safetensors");
    }

    @Test
    void aVariantIsNamed() throws IOException {
        Files.move(copy.path(UNET), copy.path("unet/diffusion_pytorch_model.fp16.safetensors"));
        assertThat(inspected().parts().get(0).name()).isEqualTo("unet (fp16)");
    }

    @Test
    void otherPipelinesAreNamed() throws IOException {
        Path other = Files.createDirectory(copies.resolve("other"));
        Files.writeString(other.resolve("model_index.json"), "{\"_class_name\": \"FluxPipeline\"}");
        Inspection inspection = Inspection.of(other);
        assertThat(inspection.kind()).isEqualTo("FluxPipeline");
        assertThat(inspection.use()).startsWith("not supported; supported are models of Stable Diffusion");
        assertThat(inspection.problems()).singleElement().asString().contains("which is Flux; supported are");
    }

    @Test
    void aFolderOfALanguageModelIsNamedAndAProblem() throws IOException {
        Path other = Files.createDirectory(copies.resolve("llama"));
        Files.writeString(other.resolve("config.json"), "{\"architectures\": [\"LlamaForCausalLM\"]}");
        add("model.layers.0.self_attn.q_proj.weight", 2, 2);
        SafetensorsWriter.write(other.resolve("model.safetensors"), tensors, Map.of());
        Inspection inspection = Inspection.of(other);
        assertThat(inspection.kind()).isEqualTo("LlamaForCausalLM");
        assertThat(inspection.use()).startsWith("not supported; supported are models of Stable Diffusion");
        assertThat(inspection.problems())
                .containsExactly("can't be loaded: it belongs to a model of another kind (LlamaForCausalLM)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unet | UNet of Stable Diffusion 1.x",
                "vae | VAE",
                "text_encoder | CLIP text encoder",
                "scheduler | scheduler",
                "tokenizer | CLIP tokenizer",
            })
    void aComponentIsRecognised(String component, String kind) {
        Inspection inspection = Inspection.of(copy.path(component));
        assertThat(inspection.kind()).isEqualTo(kind);
        assertThat(inspection.use()).startsWith("a part of a model; the folder above it");
        assertThat(inspection.problems()).isEmpty();
    }

    @Test
    void weightsWithoutAConfigurationAreToldFromTheirKeys() throws IOException {
        copy.delete("unet/config.json");
        Inspection inspection = Inspection.of(copy.path("unet"));
        assertThat(inspection.kind()).isEqualTo("UNet in diffusers' layout");
        assertThat(inspection.problems())
                .containsExactly("has no config.json, which says what network the weights are of");
    }

    @Test
    void aDamagedPickleOfAComponentIsNamed() throws IOException {
        copy.delete("text_encoder/model.safetensors");
        Files.writeString(copy.path("text_encoder/pytorch_model.bin"), "no pickle");
        assertThat(Inspection.of(copy.path("text_encoder")).problems())
                .containsExactly("pytorch_model.bin: is no torch file: it begins neither like a zip archive nor like a"
                        + " pickle");
    }

    @Test
    void aFolderOfOtherThingsIsListed() throws IOException {
        Path other = Files.createDirectory(copies.resolve("other"));
        Files.writeString(other.resolve("mug.safetensors"), "");
        Inspection inspection = Inspection.of(other);
        assertThat(inspection.kind()).isEqualTo("folder of no known kind");
        assertThat(inspection.notes()).containsExactly("holds mug.safetensors");
        assertThat(inspection.problems()).hasSize(1);
    }

    @Test
    void aMissingPathIsAnError() {
        Path none = copies.resolve("none");
        assertThatThrownBy(() -> Inspection.of(none))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(none + ": no such file or folder");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight | Stable Diffusion 3 | not supported",
                "double_blocks.0.img_attn.qkv.weight | Flux | not supported",
                "clip_txt_mapper.weight | Stable Cascade | not supported",
                "model.layers.0.self_attn.q_proj.weight | language model | not supported",
                "encoder.block.0.layer.0.SelfAttention.q.weight | T5 text encoder | not supported",
                "vision_model.encoder.layers.0.mlp.fc1.weight | CLIP image encoder | not supported",
                "body.0.rdb1.conv1.weight | upscaler (ESRGAN) | not supported",
                "8.0.linear1.weight | hypernetwork | an addition to a model, of a kind that is not supported",
                "ip_adapter.1.to_k_ip.weight | IP-Adapter | an addition to a model, of a kind that is not supported",
                "state.0.exp_avg | state of an optimizer | what a training needs to go on",
                "control_model.zero_convs.0.0.weight | ControlNet in the original layout | a ControlNet",
                "controlnet_cond_embedding.conv_in.weight | ControlNet in diffusers' layout | a ControlNet",
                "decoder.up.0.block.0.conv1.weight | VAE in the original layout | a part of a model",
                "decoder.up_blocks.0.resnets.0.conv1.weight | VAE in diffusers' layout | a part of a model",
                "down_blocks.0.resnets.0.time_emb_proj.weight | UNet in diffusers' layout | a part of a model",
                "text_model.encoder.layers.0.self_attn.q_proj.weight | CLIP text encoder | a part of a model",
                "some.layer.of.a.thing | tensors of no known kind | not known here",
            })
    void aFileOfTensorsIsRecognised(String key, String kind, String use) {
        add(key, 2, 2, 2);
        Inspection inspection = ofFile(Map.of());
        assertThat(inspection.kind()).isEqualTo(kind);
        assertThat(inspection.use()).startsWith(use);
        assertThat(inspection.problems().isEmpty()).isEqualTo(!use.equals("not supported"));
        assertThat(inspection.keyLines()).containsExactly(key + " F32 [2, 2, 2]");
    }

    @Test
    void aLoraIsDescribed() {
        for (String layer : List.of("lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k", "lora_te_x")) {
            add(layer + ".lora_up.weight", 32, 4);
            add(layer + ".lora_down.weight", 4, 768);
            tensors.put(layer + ".alpha", TensorSource.of(List.of(), new float[] {2}));
        }
        Inspection inspection = ofFile(Map.of("ss_base_model_version", "sd_v1", "ss_network_module", "networks.lora"));
        assertThat(inspection.kind()).isEqualTo("LoRA in kohya's layout");
        assertThat(inspection.problems()).isEmpty();
        assertThat(inspection.notes())
                .containsExactly(
                        "2 layers: 1 in the UNet, 1 in the text encoder",
                        "rank 4, alpha 2",
                        "its widths are those of Stable Diffusion 1.x",
                        "says that it was made with: sd_v1, networks.lora");
    }

    @Test
    void aLoraForSdxlIsDescribed() {
        for (String layer : List.of(
                "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k",
                "lora_te1_x",
                "lora_te2_x",
                "lora_te2_y")) {
            add(layer + ".lora_up.weight", 640, 4);
            add(layer + ".lora_down.weight", 4, 2048);
        }
        Inspection inspection = ofFile(Map.of("ss_base_model_version", "sdxl_base_v1-0"));
        assertThat(inspection.kind()).isEqualTo("LoRA in kohya's layout");
        assertThat(inspection.use()).isEqualTo("an adapter, which is given to a generation together with a strength");
        assertThat(inspection.problems()).isEmpty();
        assertThat(inspection.notes())
                .containsExactly(
                        "4 layers: 1 in the UNet, 2 in the second text encoder, 1 in the text encoder",
                        "rank 4, no alpha in its tensors",
                        "its widths are those of Stable Diffusion XL",
                        "says that it was made with: sdxl_base_v1-0");
    }

    @Test
    void whatLoadingAnAdapterWouldRefuseIsAProblem() {
        add("lora_unet_x.hada_w1_a", 8, 4);
        assertThat(ofFile(Map.of()).problems()).singleElement().asString().contains("LoHa is not supported yet");
        tensors.clear();
        add("unet.x.lora_A.weight", 4, 8);
        assertThat(ofFile(Map.of()).problems())
                .singleElement()
                .asString()
                .contains("the up factor of unet.x is missing");
    }

    @Test
    void aLearnedWordIsDescribed() {
        add("<our-mug>", 2, 768);
        Inspection inspection = ofFile(Map.of());
        assertThat(inspection.kind()).isEqualTo("textual inversion");
        assertThat(inspection.notes())
                .containsExactly(
                        "word: <our-mug>",
                        "2 vectors of 768 numbers, as the text encoder takes: that of Stable Diffusion 1.x and the"
                                + " first of XL");
    }

    @Test
    void whatAFileSaysCantActOnATerminal() {
        add("a\u001b[2J", 1);
        Inspection inspection = ofFile(Map.of("b\u202e", "x\u0007\ny", "modelspec.thumbnail", "t".repeat(5000)));
        assertThat(inspection.lines())
                .contains(
                        "  b\\u202e: x\\u0007\\ny",
                        "  modelspec.thumbnail: " + "t".repeat(200) + "… (5,000 characters)");
        assertThat(inspection.keyLines()).containsExactly("a\\u001b[2J F32 [1]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | empty file",
                "'<!DOCTYPE html><html>login</html>' | web page",
                "'version https://git-lfs.github.com/spec/v1' | Git LFS pointer, not the file itself",
                "'{\"error\": \"not found\"}' | JSON text",
                "'GGUFxxxxxxxxxxxx' | GGUF file, quantised weights",
                "'PK\003\004xxxxxxxxxxxxxxxx' | zip archive",
                "'Rar!xxxxxxxxxx' | packed archive (gzip, 7-Zip or RAR)",
                "'buy milk and bread' | text file",
                "'\001\002\003\004\005\006\007\016' | file of no known kind",
            })
    void otherFilesAreRecognisedByTheirContent(String content, String kind) throws IOException {
        Path file = copies.resolve("download.safetensors");
        Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
        Inspection inspection = Inspection.of(file);
        assertThat(inspection.kind()).isEqualTo(kind);
        assertThat(inspection.problems()).hasSize(1);
    }

    @Test
    void aPictureIsRecognisedByItsContent() throws IOException {
        Path picture = copies.resolve("picture.ckpt");
        ImageIO.write(new BufferedImage(8, 4, BufferedImage.TYPE_INT_RGB), "jpg", picture.toFile());
        Inspection inspection = Inspection.of(picture);
        assertThat(inspection.lines()).startsWith(picture + ": picture of 8x4 pixels (JPEG)");
        assertThat(inspection.problems()).isEmpty();
        Files.write(picture, Arrays.copyOf(Files.readAllBytes(picture), 20));
        assertThat(Inspection.of(picture).kind()).isEqualTo("damaged picture");
    }

    @Test
    void whatMadeAPictureIsShown() {
        Path png = copies.resolve("made.png");
        PngWriter.write(
                png,
                Picture.of(8, 8, new byte[192]),
                Map.of("parameters", "a mug\nSteps: 20, Sampler: Euler, Seed: 1, Size: 64x64", "Author", "me"));
        Inspection inspection = Inspection.of(png);
        assertThat(inspection.problems()).isEmpty();
        assertThat(inspection.use()).isEqualTo("a generated picture; the request can be used again");
        assertThat(inspection.notes())
                .startsWith("parameters:", "  a mug")
                .last()
                .asString()
                .startsWith("note: it does not say RNG: CPU, so its noise was drawn on a graphics card");
        assertThat(inspection.metadata()).containsExactly(Map.entry("Author", "me"));
    }

    @Test
    void aPictureOfUnknownMakingIsNoProblem() {
        Path png = copies.resolve("photo.png");
        PngWriter.write(png, Picture.of(8, 8, new byte[192]), Map.of());
        assertThat(Inspection.of(png).notes()).containsExactly("does not say what made it");
        assertThat(Inspection.of(png).problems()).isEmpty();
    }

    @TestFactory
    @Tag("reference")
    Stream<DynamicTest> hostileFilesAreNamedAndEndNothing() throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(ReferenceFolder.get().path("adapters/hostile"))) {
            files = listed.sorted().toList();
        }
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    String name = file.getFileName().toString();
                    Inspection inspection = Inspection.of(file);
                    // What the last one holds beside its tensors is never looked at.
                    if (name.matches("(st|tensor)_ok.*|zip_entry_traversal.*")) {
                        assertThat(inspection.parts()).hasSize(1);
                    } else {
                        assertThat(inspection.problems()).hasSize(1);
                    }
                }));
    }
}
