package io.github.sdfinetune.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.ModelConversion;
import io.github.sdfinetune.ModelLayout;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.core.weights.WeightFile;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** On files with the few tensors that recognition and configuration look at. */
final class SingleFileCheckpointTest {
    private static final String UNET = "model.diffusion_model.";
    private static final String TEXT = "cond_stage_model.transformer.text_model.";

    @TempDir
    Path folder;

    private final Map<String, TensorSource> tensors = new LinkedHashMap<>();

    private void add(String name, long... shape) {
        int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        tensors.put(name, TensorSource.of(Arrays.stream(shape).boxed().toList(), new float[elements]));
    }

    private Path written(Map<String, String> metadata) {
        Path file = folder.resolve("m.safetensors");
        SafetensorsWriter.write(file, tensors, metadata);
        return file;
    }

    private Path sd1() {
        addUNet();
        add(TEXT + "embeddings.token_embedding.weight", 10, 64);
        add(TEXT + "embeddings.position_embedding.weight", 77, 64);
        return written(Map.of());
    }

    private void addUNet() {
        add(UNET + "input_blocks.0.0.weight", 32, 4, 3, 3);
        add(UNET + "input_blocks.1.0.in_layers.0.weight", 32);
        add(UNET + "input_blocks.1.0.in_layers.2.weight", 32, 32, 3, 3);
        add("first_stage_model.decoder.conv_in.weight", 32, 4, 3, 3);
    }

    @Test
    void unneededTensorsAreIgnored() {
        add("betas", 1000);
        add("model_ema.decay");
        add("model_ema.diffusion_modelinput_blocks00weight", 1);
        add("cond_stage_model.logit_scale");
        SingleFileCheckpoint checkpoint = SingleFileCheckpoint.open(sd1());
        assertThat(checkpoint.family()).isEqualTo(Family.SD1);
        assertThat(checkpoint.isInpainting()).isFalse();
        assertThat(checkpoint.weights("text_encoder", Optional.empty()).names())
                .containsExactlyInAnyOrder(
                        "text_model.embeddings.token_embedding.weight",
                        "text_model.embeddings.position_embedding.weight");
    }

    @Test
    void textEncodersWithoutPrefixGetOne() {
        addUNet();
        add("cond_stage_model.transformer.embeddings.token_embedding.weight", 10, 64);
        assertThat(SingleFileCheckpoint.open(written(Map.of()))
                        .weights("text_encoder", Optional.empty())
                        .names())
                .containsExactly("text_model.embeddings.token_embedding.weight");
    }

    @Test
    void unknownTensorsAreListed() {
        add(UNET + "input_blocks.1.0.spectral.weight", 1);
        add("extra.weight", 1);
        Path file = sd1();
        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> SingleFileCheckpoint.open(file))
                .withMessage(file + ": 2 of 8 tensors belong to no layer of Stable Diffusion 1.x: extra.weight, " + UNET
                        + "input_blocks.1.0.spectral.weight");
    }

    @ParameterizedTest
    @CsvSource({"8", "5", "7", "3"})
    void otherInputChannelsAreNamed(int channels) {
        Path file = sd1();
        add(UNET + "input_blocks.0.0.weight", 32, channels, 3, 3);
        written(Map.of());
        assertThatThrownBy(() -> SingleFileCheckpoint.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(file + ": tensor '" + UNET + "input_blocks.0.0.weight' has shape [32, "
                        + channels + ", 3, 3], supported are UNets with 4 or, for inpainting, 9 input channels");
    }

    @Test
    void aMissingComponentIsNamed() {
        Path file = sd1();
        tensors.keySet().removeIf(name -> name.startsWith("first_stage_model."));
        written(Map.of());
        assertThatThrownBy(() -> SingleFileCheckpoint.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(file + ": looks like Stable Diffusion 1.x but lacks the vae, has no tensor"
                        + " 'first_stage_model.…'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight | Stable Diffusion 3",
                "double_blocks.0.img_attn.qkv.weight | Flux",
                "clip_txt_mapper.weight | Stable Cascade",
                "model.layers.0.self_attn.q_proj.weight | language model",
                "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight | LoRA in kohya's layout",
                "unet.mid_block.attentions.0.proj_in.lora_A.weight | LoRA in peft's or diffusers' layout",
                "unet.mid_block.attn1.processor.to_q_lora.down.weight | LoRA in the layout of older diffusers",
                "lora_unet_x.hada_w1_a | LoHa adapter",
                "lora_unet_x.lokr_w1 | LoKr adapter",
                "lora_te_x.dora_scale | DoRA in kohya's layout",
                "unet.x.lora_magnitude_vector | DoRA in peft's or diffusers' layout",
                "lora_unet_x.diff | full difference adapter",
                "8.0.linear1.weight | hypernetwork",
                "control_model.zero_convs.0.0.weight | ControlNet in the original layout",
                "input_hint_block.0.weight | ControlNet in the original layout",
                "controlnet_cond_embedding.conv_in.weight | ControlNet in diffusers' layout",
                "decoder.up.0.block.0.conv1.weight | VAE in the original layout",
                "decoder.up_blocks.0.resnets.0.conv1.weight | VAE in diffusers' layout",
                "down_blocks.0.resnets.0.time_emb_proj.weight | UNet in diffusers' layout",
                "model.diffusion_model.input_blocks.0.0.weight | UNet in the original layout without text encoder",
                "text_model.encoder.layers.0.self_attn.q_proj.weight | CLIP text encoder",
                "768.0.linear.weight | hypernetwork",
                "emb_params | textual inversion",
                "clip_l | textual inversion",
                "some.deep.and.strange.layer.of.a.thing | tensors of no known kind",
            })
    void otherFilesAreRecognised(String key, String kind) {
        if (kind.endsWith("kind")) {
            add(key, 2, 2, 2);
        } else {
            add(key, 2, 768);
        }
        Path file = written(Map.of());
        assertThatThrownBy(() -> SingleFileCheckpoint.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(file + ": looks like: " + kind
                        + "; supported are checkpoints of Stable Diffusion 1.x, 2.x, XL" + " and the XL refiner");
    }

    @ParameterizedTest
    @CsvSource({"v, V_PREDICTION", "epsilon, EPSILON", "sample, SAMPLE", "other, EPSILON"})
    void theHeaderTellsThePrediction(String said, Prediction prediction) {
        sd1();
        Path file = written(Map.of("modelspec.prediction_type", said));
        assertThat(SingleFileCheckpoint.open(file).prediction()).isEqualTo(prediction);
    }

    @Test
    void marksTellThePrediction() {
        add("v_pred");
        add("ztsnr");
        JsonFile scheduler = SingleFileCheckpoint.open(sd1()).config("scheduler");
        assertThat(scheduler.string("prediction_type")).isEqualTo("v_prediction");
        assertThat(scheduler.flag("rescale_betas_zero_snr", false)).isTrue();
        assertThat(scheduler.string("timestep_spacing")).isEqualTo("trailing");
    }

    @Test
    void theMarksOfAnXlModelCountToo() {
        add("v_pred");
        add("ztsnr");
        addUNet();
        add("conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight", 10, 64);
        add("conditioner.embedders.1.model.text_projection", 2, 3);
        SingleFileCheckpoint checkpoint = SingleFileCheckpoint.open(written(Map.of()));
        assertThat(checkpoint.family()).isEqualTo(Family.SDXL);
        assertThat(checkpoint.prediction()).isEqualTo(Prediction.V_PREDICTION);
        JsonFile scheduler = checkpoint.config("scheduler");
        assertThat(scheduler.string("_class_name")).isEqualTo("EulerDiscreteScheduler");
        assertThat(scheduler.flag("rescale_betas_zero_snr", false)).isTrue();
        assertThat(scheduler.string("timestep_spacing")).isEqualTo("trailing");
    }

    @Test
    void theMarkOfZeroTerminalSnrNeedsV() {
        add("ztsnr");
        assertThat(SingleFileCheckpoint.open(sd1()).config("scheduler").has("rescale_betas_zero_snr"))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Prediction.class,
            names = {"EPSILON", "V_PREDICTION", "SAMPLE"})
    void whatIsSaidOfAFileCountsBeforeWhatIsToldFromIt(Prediction said) {
        add("v_pred");
        sd1();
        Path file = written(Map.of("modelspec.prediction_type", "v"));
        SingleFileCheckpoint checkpoint =
                SingleFileCheckpoint.open(file, Optional.empty(), Optional.empty(), Optional.of(said));
        assertThat(checkpoint.prediction()).isEqualTo(said);
        assertThat(checkpoint.config("scheduler").string("prediction_type")).isEqualTo(said.word());
    }

    @Test
    void unusualSizesNeedAConfiguration() {
        add(UNET + "input_blocks.1.0.out_layers.0.weight", 30);
        Path file = sd1();
        add(UNET + "input_blocks.1.0.in_layers.2.weight", 30, 30, 3, 3);
        written(Map.of());
        assertThatThrownBy(() -> SingleFileCheckpoint.open(file).config("unet"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("has 30 channels in 'down_blocks.0.resnets.0.conv1.weight'")
                .hasMessageContaining("give a folder in diffusers' layout");
    }

    @Test
    void configurationsOfAnotherModelAreRefused() throws IOException {
        Path config = Files.createDirectories(folder.resolve("other/vae")).resolve("config.json");
        Files.writeString(config, "{\"latent_channels\": 16}");
        Path file = sd1();
        assertThatThrownBy(() -> SingleFileCheckpoint.open(file, Optional.of(folder.resolve("other")), Optional.empty())
                        .config("vae"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(config + ": 'latent_channels' is 16, but " + file
                        + " has 4: it is the configuration of another model");
    }

    @Test
    void aFileHasNoTokenizerAndNoVariants() {
        Path file = sd1();
        SingleFileCheckpoint checkpoint = SingleFileCheckpoint.open(file);
        assertThatThrownBy(() -> checkpoint.tokenizer("tokenizer"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(
                        file
                                + ": holds no tokenizer, as no single file does; give the folder of one (LoadOptions.tokenizers)");
        assertThatThrownBy(() -> checkpoint.weights("unet", Optional.of("fp16")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(file + ": is one file and has no variant \"fp16\"");
        assertThatThrownBy(() -> checkpoint.weights("text_encoder_2", Optional.empty()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(file + ": is Stable Diffusion 1.x, which has no text_encoder_2");
    }

    @Test
    void xlNeedsTwoTokenizers() throws IOException {
        addUNet();
        add("conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight", 10, 64);
        add("conditioner.embedders.1.model.text_projection", 2, 3);
        Path file = written(Map.of());
        Path tokenizers = folder.resolve("tokenizers");
        Files.createDirectories(tokenizers.resolve("tokenizer"));
        SingleFileCheckpoint checkpoint = SingleFileCheckpoint.open(file, Optional.empty(), Optional.of(tokenizers));
        assertThat(checkpoint.tokenizer("tokenizer")).isEqualTo(tokenizers.resolve("tokenizer"));
        assertThatThrownBy(() -> checkpoint.tokenizer("tokenizer_2"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(tokenizers
                        + ": has no folder tokenizer_2; Stable Diffusion XL needs a tokenizer and a tokenizer_2");
    }

    @Test
    void theRefinerIsRecognised() {
        addUNet();
        add("conditioner.embedders.0.model.text_projection", 2, 3);
        SingleFileCheckpoint refiner = SingleFileCheckpoint.open(written(Map.of()));
        assertThat(refiner.family()).isEqualTo(Family.SDXL_REFINER);
        assertThat(refiner.has("text_encoder")).isFalse();
        assertThat(refiner.has("tokenizer")).isFalse();
        assertThat(refiner.has("tokenizer_2")).isTrue();
        assertThat(refiner.index().string("_class_name")).isEqualTo("StableDiffusionXLImg2ImgPipeline");
        assertThat(refiner.index().flag("requires_aesthetics_score", false)).isTrue();
    }

    @Test
    void projectionsAreTransposed() {
        addUNet();
        tensors.put(
                "conditioner.embedders.0.model.text_projection",
                TensorSource.of(List.of(2L, 3L), new float[] {1, 2, 3, 4, 5, 6}));
        WeightFiles weights = SingleFileCheckpoint.open(written(Map.of())).weights("text_encoder_2", Optional.empty());
        assertThat(weights.entry("text_projection.weight").shape()).containsExactly(3L, 2L);
        assertThat(weights.entry("text_projection.weight").floats()).containsExactly(1, 4, 2, 5, 3, 6);
    }

    @Test
    void stackedProjectionsMustBeDivisible() {
        addUNet();
        String name = "cond_stage_model.model.transformer.resblocks.0.attn.in_proj_bias";
        add(name, 7);
        SingleFileCheckpoint checkpoint = SingleFileCheckpoint.open(written(Map.of()));
        assertThatThrownBy(() -> checkpoint.weights("text_encoder", Optional.empty()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageEndingWith("tensor '" + name + "' has shape [7], expected 3 tensors stacked on one another");
    }

    @Test
    void nothingIsWrittenWithoutATokenizer() {
        Path file = sd1();
        Path target = folder.resolve("out");
        ModelConversion conversion =
                ModelConversion.of(file, ModelLayout.DIFFUSERS).withTokenizer(folder);
        assertThatThrownBy(() -> ModelConverter.write(conversion, target, ProgressListener.quiet()))
                .isInstanceOf(ModelFormatException.class);
        assertThat(target).doesNotExist();
    }

    @Test
    void aFolderBringsItsOwnConfigurations() {
        ModelConversion conversion =
                ModelConversion.of(folder, ModelLayout.SINGLE_FILE).withConfigs(folder);
        assertThatThrownBy(() -> ModelConverter.write(conversion, folder.resolve("out.ckpt"), ProgressListener.quiet()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is a folder and brings its own configurations");
    }

    @Test
    void aFolderWithoutIndexIsNoModel() {
        assertThatThrownBy(() -> ModelConverter.write(
                        ModelConversion.of(folder, ModelLayout.SINGLE_FILE),
                        folder.resolve("out.ckpt"),
                        ProgressListener.quiet()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(folder + ": has no model_index.json, expected a model in diffusers' layout");
    }

    @Test
    void aModelOfAnotherArchitectureCantBecomeOneFile() throws IOException {
        Files.writeString(folder.resolve("model_index.json"), "{\"transformer\": [\"diffusers\", \"Flux\"]}");
        assertThatThrownBy(() -> ModelConverter.write(
                        ModelConversion.of(folder, ModelLayout.SINGLE_FILE),
                        folder.resolve("out.ckpt"),
                        ProgressListener.quiet()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(folder + ": has no unet, only models of Stable Diffusion");
    }

    @Test
    void anUnwritableTargetIsNamed() {
        Path target = folder.resolve("none/out.safetensors");
        assertThatThrownBy(() -> ModelConverter.write(
                        ModelConversion.of(sd1(), ModelLayout.SINGLE_FILE), target, ProgressListener.quiet()))
                .isInstanceOf(OutputException.class)
                .hasMessageStartingWith(target + ": ");
    }

    @ParameterizedTest
    @CsvSource({"out", "out.bin", "out.ckpt.zip"})
    void theNameOfAFileSaysItsForm(String name) {
        Path target = folder.resolve(name);
        assertThatThrownBy(() -> ModelConverter.write(
                        ModelConversion.of(sd1(), ModelLayout.SINGLE_FILE), target, ProgressListener.quiet()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(target + ": the name of a model in one file must say its form, expected one that ends in"
                        + " .safetensors, .ckpt, .pt or .pth");
        assertThat(target).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"safetensors, EPSILON", "ckpt, EPSILON", "safetensors, SAMPLE"})
    void whatIsSaidOfAModelIsWritten(String form, Prediction said) {
        addUNet();
        add("cond_stage_model.model.token_embedding.weight", 10, 64);
        Path file = written(Map.of());
        assertThat(SingleFileCheckpoint.open(file).prediction()).isEqualTo(Prediction.V_PREDICTION);
        Path target = folder.resolve("said." + form);
        ModelConverter.write(
                ModelConversion.of(file, ModelLayout.SINGLE_FILE).withPrediction(said),
                target,
                ProgressListener.quiet());
        assertThat(SingleFileCheckpoint.open(target).prediction()).isEqualTo(said);
    }

    @Test
    void aNumberOfABlockThatNoVaeHasIsRefused() {
        add("first_stage_model.decoder.up.99.block.99.conv1.weight", 1);
        assertThatThrownBy(this::sd1Opened)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(
                        "1 of 7 tensors belong to no layer of Stable Diffusion 1.x: first_stage_model.decoder");
    }

    private SingleFileCheckpoint sd1Opened() {
        return SingleFileCheckpoint.open(sd1());
    }

    /** What a file without marks is not taken for has to be said in it. */
    @ParameterizedTest
    @CsvSource({
        "safetensors, false, epsilon",
        "ckpt, false, epsilon",
        "safetensors, false, v_prediction",
        "pt, false, v_prediction",
        "safetensors, true, epsilon",
        "PTH, true, epsilon",
        "safetensors, true, v_prediction",
        "ckpt, true, v_prediction"
    })
    void thePredictionAndTheLastNoiseLevelAreKept(String form, boolean isSd2, String prediction) throws IOException {
        addUNet();
        if (isSd2) {
            add("cond_stage_model.model.token_embedding.weight", 10, 64);
        } else {
            add(TEXT + "embeddings.token_embedding.weight", 10, 64);
        }
        Path scheduler = Files.createDirectories(folder.resolve("configs/scheduler"));
        Files.writeString(
                scheduler.resolve("scheduler_config.json"),
                "{\"prediction_type\": \"" + prediction + "\", \"rescale_betas_zero_snr\": true}");
        Path textEncoder = Files.createDirectories(folder.resolve("configs/text_encoder"));
        Files.writeString(textEncoder.resolve("config.json"), "{\"num_hidden_layers\": 0}");
        Path target = folder.resolve("out." + form);
        ModelConverter.write(
                ModelConversion.of(written(Map.of()), ModelLayout.SINGLE_FILE).withConfigs(folder.resolve("configs")),
                target,
                ProgressListener.quiet());
        JsonFile written = SingleFileCheckpoint.open(target).config("scheduler");
        assertThat(written.string("prediction_type")).isEqualTo(prediction);
        assertThat(written.flag("rescale_betas_zero_snr", false)).isEqualTo(prediction.equals("v_prediction"));
        assertThat(WeightFile.isTorch(target)).isEqualTo(!form.equals("safetensors"));
        // By which ComfyUI knows it, in either form.
        assertThat(TensorFile.open(target).names().contains("v_pred"))
                .isEqualTo(prediction.equals("v_prediction") && !isSd2);
    }
}
