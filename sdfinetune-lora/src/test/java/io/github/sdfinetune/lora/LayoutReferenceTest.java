package io.github.sdfinetune.lora;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What we write, beside what other programs write. */
@Tag("reference")
final class LayoutReferenceTest {
    /** Entries that can hold paths, names or captions. */
    private static final List<String> NAMING =
            List.of("ss_network_args", "ss_output_name", "ss_sd_model_name", "ss_tag_frequency");

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> kohyaFilesReadTheSame() {
        return ReferenceCases.in("adapters", "lora_formats")
                .tests("written for kohya", testCase -> checkRoundTrip(testCase, AdapterFormat.KOHYA));
    }

    @TestFactory
    Stream<DynamicTest> diffusersFilesReadTheSame() {
        return ReferenceCases.in("adapters", "lora_formats")
                .matching(testCase -> !testCase.name().equals("kohya_ldm_names"))
                .tests("written for diffusers", testCase -> checkRoundTrip(testCase, AdapterFormat.DIFFUSERS));
    }

    @TestFactory
    Stream<DynamicTest> kohyaFilesHaveTheKeysOfTheirs() {
        return ReferenceCases.in("adapters", "lora_formats")
                .matching(testCase -> testCase.name().equals("kohya_fp32"))
                .tests("keys for kohya", testCase -> {
                    SafetensorsFile theirs = testCase.tensors();
                    SafetensorsFile ours = save(LoraReferenceTest.read(testCase), AdapterFormat.KOHYA);
                    assertThat(shapes(ours)).isEqualTo(shapes(theirs));
                    Map<String, String> metadata = new TreeMap<>(theirs.metadata());
                    metadata.keySet().removeIf(key -> !key.startsWith("ss_") || NAMING.contains(key));
                    assertThat(ours.metadata()).containsAllEntriesOf(metadata);
                    assertThat(ours.metadata()).doesNotContainKeys(NAMING.toArray(String[]::new));
                });
    }

    @TestFactory
    Stream<DynamicTest> diffusersFilesHaveTheKeysOfTheirs() {
        return ReferenceCases.in("training")
                .matching(testCase -> testCase.name().equals("lora_r4"))
                .tests("keys for diffusers", testCase -> {
                    SafetensorsFile theirs = SafetensorsFile.open(
                            ReferenceFolder.get().path("training/lora_r4_pytorch_lora_weights.safetensors"));
                    SafetensorsFile ours = save(TinyModel.newLora(4, Map.of("steps", "20")), AdapterFormat.DIFFUSERS);
                    assertThat(shapes(ours)).isEqualTo(shapes(theirs));
                    assertThat(ours.metadata().keySet())
                            .isEqualTo(theirs.metadata().keySet());
                    JsonFile settings = settings(ours);
                    JsonFile expected = settings(theirs);
                    for (String key : expected.keys()) {
                        assertThat(settings.number(key)).as(key).isEqualTo(expected.number(key));
                    }
                });
    }

    private void checkRoundTrip(ReferenceCase testCase, AdapterFormat format) {
        Layers layers = TinyModel.layers();
        LoraAdapter adapter = LoraReferenceTest.read(testCase);
        Map<String, LoraModule> expected = LoraBinding.match(adapter, "Stable Diffusion 1.x", layers);
        Map<String, LoraModule> actual =
                LoraBinding.match(AdapterFile.read(save(adapter, format).path()), "Stable Diffusion 1.x", layers);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((layer, module) -> {
            LoraModule original = Objects.requireNonNull(expected.get(layer));
            assertThat(module.down().values()).isEqualTo(original.down().values());
            assertThat(module.up().values()).isEqualTo(original.up().values());
            assertThat((float) module.alpha()).isEqualTo((float) original.alpha());
        });
    }

    private SafetensorsFile save(Adapter adapter, AdapterFormat format) {
        Path file = folder.resolve("copy.safetensors");
        adapter.save(file, format);
        return SafetensorsFile.open(file);
    }

    private static Map<String, List<Long>> shapes(SafetensorsFile file) {
        Map<String, List<Long>> shapes = new TreeMap<>();
        file.entries().forEach(entry -> shapes.put(entry.name(), entry.shape()));
        return shapes;
    }

    private static JsonFile settings(SafetensorsFile file) {
        return JsonFile.parse(
                file.path(), Objects.requireNonNull(file.metadata().get(DiffusersLayout.SETTINGS)));
    }
}
