package io.github.sdfinetune.lora;

import static io.github.sdfinetune.lora.TestFile.QUERY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.sdfinetune.core.weights.DType;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AdapterFileTest {
    @TempDir
    Path folder;

    @Test
    void nameAndMetadataAreThoseOfTheFile() {
        LoraAdapter adapter = read(new TestFile().withModule(QUERY, 8, 2, 8).withMetadata("author", "me"));
        assertThat(adapter.name()).isEqualTo("mug");
        assertThat(adapter.metadata()).containsEntry("author", "me");
    }

    @Test
    void alphaIsTheRankUnlessSaidOtherwise() {
        assertThat(onlyModule(new TestFile().withModule(QUERY, 8, 2, 8)).alpha())
                .isEqualTo(2);
        TestFile withAlpha = new TestFile().withModule(QUERY, 8, 2, 8).with(QUERY + ".alpha", 0.5f);
        assertThat(onlyModule(withAlpha).scale()).isEqualTo(0.25);
    }

    @Test
    void alphaKeysWinOverSettings() {
        TestFile file = new TestFile()
                .withModule(QUERY, 8, 2, 8)
                .with(QUERY + ".alpha", 0.5f)
                .withSettings("{\"unet.r\": 2, \"unet.lora_alpha\": 8}");
        assertThat(onlyModule(file).alpha()).isEqualTo(0.5);
    }

    @Test
    void settingsOfAnotherComponentSayNothing() {
        TestFile file = new TestFile()
                .withModule(QUERY, 8, 2, 8)
                .withSettings("{\"text_encoder.r\": 4, \"text_encoder.lora_alpha\": 8}");
        assertThat(onlyModule(file).alpha()).isEqualTo(2);
    }

    @Test
    void patternsOverrideRankAndAlpha() {
        for (String pattern :
                List.of("to_q", "attn1.to_q", "attn1\\\\.to_q", "^" + QUERY.substring("unet.".length()))) {
            TestFile file = new TestFile()
                    .withModule(QUERY, 8, 2, 8)
                    .withSettings(
                            "{\"unet.r\": 4, \"unet.lora_alpha\": 8, \"unet.rank_pattern\": {\"o_q\": 9, \"^attn1.to_q\": 9,"
                                    + " \"PATTERN\": 2}, \"unet.alpha_pattern\": {\"PATTERN\": 3}}"
                                            .replace("PATTERN", pattern));
            assertThat(onlyModule(file).alpha()).as(pattern).isEqualTo(3);
        }
    }

    @Test
    void rankStabilisedAlphaIsDividedByTheRootOfTheRank() {
        TestFile file = new TestFile()
                .withModule(QUERY, 8, 2, 8)
                .withSettings("{\"unet.r\": 2, \"unet.lora_alpha\": 8, \"unet.use_rslora\": true}");
        assertThat(onlyModule(file).scale()).isEqualTo(8 / Math.sqrt(2), within(1e-12));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"unet.r": 2, "unet.lora_alpha": 8, "unet.use_dora": true} | 'unet.use_dora' is true: DoRA is not supported yet
            {"unet.r": 3, "unet.lora_alpha": 8}  | give mid_block.attentions.0.transformer_blocks.0.attn1.to_q a rank of 3, but its factors have rank 2
            {"unet.r": 2}                        | 'unet.lora_alpha' is missing
            {"unet.r": 2, "unet.lora_alpha": 1e999} | 'unet.lora_alpha' or 'unet.alpha_pattern' is Infinity, expected a finite number
            {"unet.r": 2, "unet.lora_alpha": 8, "unet.lora_dropout": 1.5} | 'unet.lora_dropout' is 1.5, expected a probability
            {"unet.r": "x"}                      | 'unet.r' is "x", expected a whole number
            {"unet.r": 2, "unet.lora_alpha": 8, "unet.alpha_pattern": {"(a+)+": 1}} | 'unet.alpha_pattern.(a+)+' is a regular expression, expected the path of a layer or its end
            {                                    | no valid JSON
            """)
    void wrongSettingsAreRefused(String settings, String problem) {
        assertRefused(new TestFile().withModule(QUERY, 8, 2, 8).withSettings(settings), problem);
    }

    @Test
    void unknownKeysAreCountedAndTheFirstListed() {
        TestFile file = new TestFile().withModule(QUERY, 8, 2, 8);
        IntStream.range(10, 22).forEach(i -> file.with("extra." + i, 1));
        assertRefused(file, "12 of 14 keys are no keys of a LoRA; the first: extra.10, extra.11,", "extra.19, …");
    }

    @ParameterizedTest
    @CsvSource({
        "lora_te2_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight, .lora_down, .lora_up",
        "text_encoder_2.text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight, .lora_A, .lora_B",
        "text_encoder_2.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer.down.weight, .down, .up",
        "text_encoder_2.text_model.encoder.layers.0.self_attn.q_proj.lora.down.weight, .down, .up",
        "text_encoder_2.text_model.encoder.layers.0.self_attn.to_q_lora.down.weight, .down, .up"
    })
    void theSecondTextEncoderIsSpelledAsTheFirst(String key, String down, String up) {
        LoraModule module = onlyModule(new TestFile().with(key, 2, 8).with(key.replace(down, up), 8, 2));
        assertThat(module.component()).isEqualTo("text_encoder_2");
        assertThat(module.path()).isEqualTo("text_model.encoder.layers.0.self_attn.q_proj");
    }

    @Test
    void textEncodersHaveSettingsOfTheirOwn() {
        String path = ".text_model.encoder.layers.0.mlp.fc1";
        LoraAdapter adapter = read(new TestFile()
                .withModule("text_encoder" + path, 8, 2, 8)
                .withModule("text_encoder_2" + path, 8, 4, 8)
                .withSettings("{\"text_encoder.r\": 2, \"text_encoder.lora_alpha\": 1, \"text_encoder_2.r\": 4,"
                        + " \"text_encoder_2.lora_alpha\": 8, \"text_encoder_2.lora_dropout\": 0.5}"));
        assertThat(adapter.modules()).extracting(LoraModule::alpha).containsExactly(1.0, 8.0);
        assertThat(adapter.dropout()).isEqualTo(0.5);
    }

    @ParameterizedTest
    @CsvSource({
        "hada_w1_a, LoHa",
        "lokr_w1, LoKr",
        "dora_scale, DoRA",
        "lora_magnitude_vector, DoRA",
        "oft_blocks, OFT",
        "on_input, (IA)³",
        "diff_b, full differences"
    })
    void relativesOfLoraAreNamed(String key, String family) {
        assertRefused(
                new TestFile().withModule(QUERY, 8, 2, 8).with("lora_unet_mid." + key, 1),
                family + " is not supported yet (1 of 3 keys): lora_unet_mid." + key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"768.0.linear.0.weight", "320.1.linear.3.bias", "1280.0.linear1.weight"})
    void hypernetworksAreNamed(String key) {
        assertRefused(new TestFile().with(key, 2, 8), "a hypernetwork is not supported yet (1 of 1 keys): " + key);
    }

    @Test
    void factorsMustComeInPairs() {
        assertRefused(
                new TestFile().with(QUERY + ".lora_A.weight", 2, 8),
                "tensor '" + QUERY + ".lora_A.weight' stands alone: the up factor of " + QUERY + " is missing");
        assertRefused(new TestFile().with(QUERY + ".alpha", 1f), "the down factor of " + QUERY + " is missing");
    }

    @Test
    void aLayerHasOneFactorOfAKind() {
        assertRefused(
                new TestFile()
                        .with("lora_te_text_model_x.lora_up.weight", 8, 2)
                        .with("lora_te1_text_model_x.lora_up.weight", 8, 2),
                "are the same factor of one layer");
    }

    @Test
    void factorsMustHaveOneRank() {
        assertRefused(
                new TestFile().with(QUERY + ".lora_A.weight", 2, 8).with(QUERY + ".lora_B.weight", 8, 4),
                ".lora_B.weight' has shape [8, 4], but '" + QUERY + ".lora_A.weight' has rank 2");
    }

    @Test
    void factorsMustBeMatricesOfFloats() {
        assertRefused(
                new TestFile().with(QUERY + ".lora_A.weight", 2).with(QUERY + ".lora_B.weight", 8, 2),
                "has shape [2], expected (rank, in)");
        TensorSource integers = new TensorSource(DType.I32, List.of(2L, 1L), () -> ByteBuffer.allocate(8));
        assertRefused(
                new TestFile().with(QUERY + ".lora_A.weight", integers).with(QUERY + ".lora_B.weight", 8, 2),
                "has type I32, expected F32, F16 or BF16");
    }

    @Test
    void alphaMustBeOneFiniteNumber() {
        assertRefused(
                new TestFile().withModule(QUERY, 8, 2, 8).with(QUERY + ".alpha", 1, 2),
                "has type F32 and shape [1, 2], expected one number");
        assertRefused(
                new TestFile().withModule(QUERY, 8, 2, 8).with(QUERY + ".alpha", Float.NaN),
                "is NaN, expected a finite number");
    }

    @Test
    void convolutionsOfSideOneAreMatrices() {
        String layer = "unet.mid_block.attentions.0.proj_in";
        LoraModule module = onlyModule(
                new TestFile().with(layer + ".lora_A.weight", 2, 8, 1, 1).with(layer + ".lora_B.weight", 8, 2, 1, 1));
        assertThat(module.pointwise()).isTrue();
        assertThat(module.down()).hasToString("Matrix[2, 8]");
    }

    @Test
    void otherConvolutionsAreListed() {
        assertRefused(
                new TestFile()
                        .with("lora_unet_conv_in.lora_down.weight", 2, 4, 3, 3)
                        .with("lora_unet_conv_in.lora_up.weight", 8, 2, 1, 1),
                "convolution layers are not supported yet, but 1 of 2 keys belong to some:"
                        + " lora_unet_conv_in.lora_down.weight");
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        assertRefused(new TestFile(), "holds no LoRA: it has no tensors");
        assertThatThrownBy(() -> AdapterFile.read(folder.resolve("none.safetensors")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no such file");
        Path pickle = Files.write(folder.resolve("mug.bin"), new byte[] {'P', 'K', 3, 4});
        assertThatThrownBy(() -> AdapterFile.read(pickle))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(pickle + ": is a zip archive without its directory: it is cut off");
        assertThatThrownBy(() -> AdapterFile.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("adapter_config.json: no such file");
    }

    private LoraModule onlyModule(TestFile file) {
        List<LoraModule> modules = read(file).modules();
        assertThat(modules).hasSize(1);
        return modules.get(0);
    }

    private LoraAdapter read(TestFile file) {
        return AdapterFile.read(file.write(folder.resolve("mug.safetensors")));
    }

    private void assertRefused(TestFile file, String... problems) {
        Path path = file.write(folder.resolve("mug.safetensors"));
        assertThatThrownBy(() -> AdapterFile.read(path))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(path + ": ")
                .hasMessageContainingAll(problems);
    }
}
