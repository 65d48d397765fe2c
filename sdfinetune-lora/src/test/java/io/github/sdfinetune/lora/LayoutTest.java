package io.github.sdfinetune.lora;

import static io.github.sdfinetune.lora.TestFile.QUERY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LayoutTest {
    private static final String KEY = QUERY.replace("to_q", "to_k");
    private static final String VALUE = QUERY.replace("to_q", "to_v");
    private static final String TEXT = "text_encoder.text_model.encoder.layers.0.mlp.fc1";
    private static final String SECOND_TEXT = TEXT.replace("text_encoder", "text_encoder_2");

    @TempDir
    Path folder;

    @Test
    void settingsAreWrittenAsPythonWritesThem() {
        TestFile file = new TestFile().withModule(QUERY, 8, 2, 8).with(QUERY + ".alpha", 0.5f);
        assertThat(save(file, AdapterFormat.DIFFUSERS).metadata())
                .containsOnlyKeys("format", DiffusersLayout.SETTINGS)
                .containsEntry("format", "pt")
                .containsEntry(DiffusersLayout.SETTINGS, """
                        {
                          "unet.lora_alpha": 0.5,
                          "unet.lora_dropout": 0.0,
                          "unet.r": 2,
                          "unet.target_modules": [
                            "mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
                          ]
                        }""");
    }

    @Test
    void whatDiffersFromTheMostStandsInPatterns() {
        TestFile file = new TestFile()
                .withModule(QUERY, 8, 2, 8)
                .withModule(KEY, 8, 2, 8)
                .withModule(VALUE, 8, 4, 8)
                .withModule(TEXT, 8, 3, 8)
                .with(QUERY + ".alpha", 1f);
        String settings = save(file, AdapterFormat.DIFFUSERS).metadata().get(DiffusersLayout.SETTINGS);
        assertThat(settings).contains("\"unet.r\": 2,", "\"text_encoder.r\": 3,", "\"encoder.layers.0.mlp.fc1\"");
        assertThat(settings)
                .contains("\"unet.rank_pattern\": {\n    \"" + VALUE.substring("unet.".length()) + "\": 4\n");

        LoraAdapter copy = AdapterFile.read(folder.resolve("copy.safetensors"));
        assertThat(copy.modules()).extracting(LoraModule::layer).containsExactly(TEXT, KEY, QUERY, VALUE);
        assertThat(copy.modules()).extracting(LoraModule::alpha).containsExactly(3.0, 2.0, 1.0, 4.0);
    }

    @Test
    void theHashStaysTheSameInEitherLayout() {
        LoraAdapter adapter = AdapterFile.read(new TestFile()
                .withModule(QUERY, 8, 2, 8)
                .withModule(TEXT, 8, 3, 8)
                .withModule(SECOND_TEXT, 8, 3, 8)
                .with(QUERY + ".alpha", 0.3f)
                .write(folder.resolve("a.safetensors")));
        assertThat(adapter.hash()).matches("[0-9a-f]{64}");
        for (AdapterFormat format : AdapterFormat.values()) {
            Path copy = folder.resolve(format + ".safetensors");
            adapter.save(copy, format);
            assertThat(Adapter.load(copy).hash()).as(format.toString()).isEqualTo(adapter.hash());
        }
    }

    @Test
    void theHashTellsAdaptersApart() {
        assertThat(List.of(
                        new TestFile().withModule(QUERY, 8, 2, 8),
                        new TestFile().withModule(KEY, 8, 2, 8),
                        new TestFile().withModule(TEXT, 8, 2, 8),
                        new TestFile().withModule(SECOND_TEXT, 8, 2, 8),
                        new TestFile().withModule(QUERY, 8, 2, 8).with(QUERY + ".alpha", 1f),
                        new TestFile().withModule(QUERY, 8, 2, 8).with(QUERY + ".lora_B.weight", 2f, 8, 2)))
                .extracting(file -> AdapterFile.read(file.write(folder.resolve("a.safetensors")))
                        .hash())
                .doesNotHaveDuplicates();
    }

    @Test
    void twoTextEncodersAreNumberedInKohyasLayout() {
        TestFile file = new TestFile()
                .withModule(QUERY, 8, 2, 8)
                .withModule(TEXT, 8, 2, 8)
                .withModule(SECOND_TEXT, 8, 2, 8);
        SafetensorsFile written = save(file, AdapterFormat.KOHYA);
        assertThat(written.names())
                .contains(
                        "lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_down.weight",
                        "lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_up.weight")
                .hasSize(9);
        assertThat(written.metadata())
                .containsEntry("ss_base_model_version", "sdxl_base_v1-0")
                .containsEntry("ss_v2", "False");
    }

    @Test
    void kohyasFilesForSdxlGetTheNamesOfDiffusers() {
        TestFile file = new TestFile();
        for (String module : List.of(
                "lora_te1_text_model_encoder_layers_0_self_attn_q_proj",
                "lora_te2_text_model_encoder_layers_0_self_attn_q_proj",
                "lora_te2_text_projection",
                "lora_unet_add_embedding_linear_1")) {
            file.with(module + ".lora_down.weight", 2, 8).with(module + ".lora_up.weight", 8, 2);
        }
        SafetensorsFile written = save(file, AdapterFormat.DIFFUSERS);
        assertThat(written.names())
                .contains(
                        "text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight",
                        "text_encoder_2.text_model.encoder.layers.0.self_attn.q_proj.lora_B.weight",
                        "text_encoder_2.text_projection.lora_A.weight",
                        "unet.add_embedding.linear_1.lora_B.weight")
                .hasSize(8);
        assertThat(written.metadata().get(DiffusersLayout.SETTINGS))
                .contains("\"text_encoder.r\": 2", "\"text_encoder_2.r\": 2", "\"encoder.layers.0.self_attn.q_proj\"");
    }

    @Test
    void theWidthOfTheTextStatesTellsTheBaseModel() {
        String key = QUERY.replace("attn1.to_q", "attn2.to_k");
        TestFile file = new TestFile().withModule(key, 1024, 2, 8).withModule(TEXT, 8, 2, 8);
        SafetensorsFile written = save(file, AdapterFormat.KOHYA);
        assertThat(written.names()).contains("lora_te_text_model_encoder_layers_0_mlp_fc1.alpha");
        assertThat(written.metadata())
                .containsEntry("ss_base_model_version", "sd_v2")
                .containsEntry("ss_v2", "True");
    }

    @Test
    void dropoutIsKept() {
        TestFile file = new TestFile()
                .withModule(QUERY, 8, 2, 8)
                .withSettings("{\"unet.r\": 2, \"unet.lora_alpha\": 2, \"unet.lora_dropout\": 0.1}");
        save(file, AdapterFormat.DIFFUSERS);
        assertThat(AdapterFile.read(folder.resolve("copy.safetensors")).dropout())
                .isEqualTo(0.1);
    }

    @Test
    void diffusersHeadersSayNothingElse() {
        TestFile file = new TestFile()
                .withModule(QUERY, 8, 2, 8)
                .withSettings("{}")
                .withMetadata("ss_seed", "42")
                .withMetadata("learning_rate", "0.0001");
        assertThat(save(file, AdapterFormat.DIFFUSERS).metadata()).containsOnlyKeys("format", DiffusersLayout.SETTINGS);
    }

    @Test
    void aTrainingIsDescribedInKohyasLayoutOnly() {
        Adapter trained = TinyModel.newLora(4, Map.of("steps", "20", "learning_rate", "0.0001"));
        Path copy = folder.resolve("trained.safetensors");
        trained.save(copy, AdapterFormat.DIFFUSERS);
        assertThat(SafetensorsFile.open(copy).metadata()).containsOnlyKeys("format", DiffusersLayout.SETTINGS);
        trained.save(copy, AdapterFormat.KOHYA);
        assertThat(SafetensorsFile.open(copy).metadata())
                .containsEntry("ss_max_train_steps", "20")
                .containsEntry("ss_learning_rate", "0.0001")
                .doesNotContainKeys("steps", "learning_rate", "format", DiffusersLayout.SETTINGS);
    }

    @Test
    void kohyaHeadersKeepWhatHoldsNoPathOrName() {
        TestFile file = new TestFile()
                .withModule(QUERY, 8, 2, 8)
                .withSettings("{}")
                .withMetadata("ss_seed", "42")
                .withMetadata("ss_sd_model_name", "/home/me/model.ckpt")
                .withMetadata("ss_dataset_dirs", "{\"10_me\": {}}")
                .withMetadata("ss_tag_frequency", "{\"10_me\": {}}")
                .withMetadata("modelspec.author", "me");
        assertThat(save(file, AdapterFormat.KOHYA).metadata())
                .containsOnlyKeys(
                        "ss_seed",
                        "ss_network_module",
                        "ss_network_dim",
                        "ss_network_alpha",
                        "ss_base_model_version",
                        "ss_v2",
                        "sshs_model_hash")
                .containsEntry("ss_seed", "42")
                .containsEntry("ss_network_module", "networks.lora")
                .containsEntry("ss_network_dim", "2")
                .containsEntry("ss_network_alpha", "2.0")
                .containsEntry("ss_base_model_version", "sd_v1")
                .containsEntry("ss_v2", "False");
    }

    @Test
    void whatATrainingSaysIsSaidInKohyasWords() {
        TestFile file = new TestFile()
                .withModule(QUERY, 8, 2, 8)
                .withSettings("{\"unet.r\": 2, \"unet.lora_alpha\": 2, \"unet.lora_dropout\": 0.1}")
                .withMetadata("learning_rate", "0.001")
                .withMetadata("pictures", "20");
        assertThat(save(file, AdapterFormat.KOHYA).metadata())
                .containsEntry("ss_learning_rate", "0.001")
                .containsEntry("ss_num_train_images", "20")
                .containsEntry("ss_network_dropout", "0.1")
                .doesNotContainKeys("learning_rate", "pictures");
    }

    @Test
    void mixedRanksAreDynamic() {
        TestFile file = new TestFile().withModule(QUERY, 8, 2, 8).withModule(KEY, 8, 4, 8);
        assertThat(save(file, AdapterFormat.KOHYA).metadata()).containsEntry("ss_network_dim", "Dynamic");
    }

    @Test
    void convolutionsKeepTheirShape() {
        String layer = "unet.mid_block.attentions.0.proj_in";
        TestFile file =
                new TestFile().with(layer + ".lora_A.weight", 2, 8, 1, 1).with(layer + ".lora_B.weight", 8, 2, 1, 1);
        String kohya = "lora_unet_mid_block_attentions_0_proj_in";
        SafetensorsFile written = save(file, AdapterFormat.KOHYA);
        assertThat(written.entry(kohya + ".lora_down.weight").shape()).isEqualTo(List.of(2L, 8L, 1L, 1L));
        assertThat(written.entry(kohya + ".lora_up.weight").shape()).isEqualTo(List.of(8L, 2L, 1L, 1L));
        assertThat(written.entry(kohya + ".alpha").shape()).isEmpty();
    }

    @Test
    void theHashIsThatOfAllBytesAfterTheHeader() throws Exception {
        TestFile file = new TestFile().withModule(TEXT, 8, 3, 8).withModule(QUERY, 8, 2, 8);
        SafetensorsFile written = save(file, AdapterFormat.KOHYA);
        byte[] bytes = Files.readAllBytes(written.path());
        int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] data = Arrays.copyOfRange(bytes, Long.BYTES + header, bytes.length);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        assertThat(written.metadata()).containsEntry("sshs_model_hash", hash);
    }

    @ParameterizedTest
    @CsvSource({
        "lora_unet_input_blocks_1_1_transformer_blocks_0_attn1_to_q, unet.input_blocks.1.1.transformer_blocks.0.attn1.to_q",
        "lora_unet_time_embed_0, unet.time_embed.0",
        "lora_unet_label_emb_0_2, unet.label_emb.0.2"
    })
    void namesOfOriginalCheckpointsStayInKohyasLayout(String module, String layer) throws IOException {
        TestFile file = new TestFile().with(module + ".lora_down.weight", 2, 8).with(module + ".lora_up.weight", 8, 2);
        assertThat(save(file, AdapterFormat.KOHYA).names()).contains(module + ".alpha");
        Files.delete(folder.resolve("copy.safetensors"));
        assertThatThrownBy(() -> save(file, AdapterFormat.DIFFUSERS))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("diffusers' layout has no name for " + layer + ",")
                .hasMessageContaining("use kohya's layout");
        assertThat(folder.resolve("copy.safetensors")).doesNotExist();
    }

    private SafetensorsFile save(TestFile file, AdapterFormat format) {
        Path copy = folder.resolve("copy.safetensors");
        AdapterFile.read(file.write(folder.resolve("mug.safetensors"))).save(copy, format);
        return SafetensorsFile.open(copy);
    }
}
