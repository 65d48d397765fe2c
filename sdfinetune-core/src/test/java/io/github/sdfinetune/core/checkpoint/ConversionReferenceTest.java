package io.github.sdfinetune.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.sdfinetune.ModelConversion;
import io.github.sdfinetune.ModelLayout;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.DType;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.core.weights.WeightFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

@Tag("reference")
final class ConversionReferenceTest {
    @TempDir
    Path temporary;

    /** Folders and the published-style files that hold the same weights; float16 where the name says so. */
    private static final Map<String, String> FILES = new TreeMap<>(Map.of(
            "sd1", "sd1.safetensors",
            "sd2v", "sd2v-fp16.safetensors",
            "sdxl", "sdxl-fp16.safetensors"));

    @TestFactory
    Stream<DynamicTest> aFolderBecomesTheReferenceFile() {
        return FILES.entrySet().stream()
                .filter(entry -> Files.exists(file(entry.getValue())))
                .map(entry -> dynamicTest(
                        "models/single_file/" + entry.getValue() + " [written]",
                        () -> writes(entry.getKey(), file(entry.getValue()))));
    }

    private void writes(String model, Path expectedFile) {
        Path target = temporary.resolve(model + ".safetensors");
        ModelConversion conversion = ModelConversion.of(folder(model), ModelLayout.SINGLE_FILE);
        boolean half = expectedFile.toString().contains("fp16");
        ModelConverter.write(
                half ? conversion.withPrecision(Precision.FLOAT16) : conversion, target, ProgressListener.quiet());
        SafetensorsFile written = SafetensorsFile.open(target);
        SafetensorsFile expected = SafetensorsFile.open(expectedFile);
        List<String> weights = expected.names().stream()
                .filter(name -> !ExtraKeys.isExtra(name)
                        && !name.endsWith("position_ids")
                        && !name.startsWith("cond_stage_model.model.transformer.resblocks.3."))
                .toList();
        assertThat(written.names())
                .filteredOn(name -> !name.endsWith("position_ids"))
                .containsExactlyInAnyOrderElementsOf(weights);
        for (String name : weights) {
            assertSame(written.entry(name), expected.entry(name));
        }
    }

    @TestFactory
    Stream<DynamicTest> aFolderComesBackUnchanged() {
        return Stream.of("sd1", "sd1-inpaint", "sd2v", "sdxl")
                .filter(model -> Files.exists(folder(model))
                        && Files.exists(folder(model).resolve("tokenizer")))
                .flatMap(model -> Stream.of("safetensors", "ckpt")
                        .map(form -> dynamicTest(
                                "models/" + model + " [there and back, " + form + "]", () -> comesBack(model, form))));
    }

    private void comesBack(String model, String form) throws IOException {
        Path folder = folder(model);
        Path file = temporary.resolve(model + "." + form);
        Path back = temporary.resolve(model + "-" + form);
        ModelConverter.write(ModelConversion.of(folder, ModelLayout.SINGLE_FILE), file, ProgressListener.quiet());
        ModelConverter.write(
                ModelConversion.of(file, ModelLayout.DIFFUSERS).withConfigs(folder), back, ProgressListener.quiet());
        ModelSource expected = new DiffusersFolder(folder);
        ModelSource found = new DiffusersFolder(back);
        assertThat(found.index().text()).isEqualTo(expected.index().text());
        for (String component : List.of("unet", "vae", "text_encoder", "text_encoder_2")) {
            assertThat(found.has(component)).isEqualTo(expected.has(component));
            if (found.has(component)) {
                assertThat(found.config(component).text())
                        .isEqualTo(expected.config(component).text());
                assertSame(found.weights(component, Optional.empty()), expected.weights(component, Optional.empty()));
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path original : files.filter(path -> path.toString().contains("tokenizer"))
                    .filter(Files::isRegularFile)
                    .toList()) {
                assertThat(back.resolve(folder.relativize(original))).hasSameBinaryContentAs(original);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> everyPrecisionIsWritten() {
        return Stream.of(Precision.values())
                .filter(precision -> Files.exists(file("sd1.safetensors")))
                .map(precision -> dynamicTest("models/single_file/sd1.safetensors [" + precision + "]", () -> {
                    Path target = temporary.resolve(precision + ".safetensors");
                    ModelConverter.write(
                            ModelConversion.of(file("sd1.safetensors"), ModelLayout.SINGLE_FILE)
                                    .withConfigs(folder("sd1"))
                                    .withPrecision(precision),
                            target,
                            ProgressListener.quiet());
                    DType expected = switch (precision) {
                        case FLOAT32 -> DType.F32;
                        case BFLOAT16 -> DType.BF16;
                        case FLOAT16 -> DType.F16;
                    };
                    SafetensorsFile original = SafetensorsFile.open(file("sd1.safetensors"));
                    for (WeightEntry entry : SafetensorsFile.open(target).entries()) {
                        WeightEntry from = original.entry(entry.name());
                        assertThat(entry.dtype()).isEqualTo(from.dtype().isFloatingPoint() ? expected : from.dtype());
                        assertThat(entry.data())
                                .as(entry.name())
                                .isEqualTo(TensorSource.of(from)
                                        .as(expected)
                                        .data()
                                        .get());
                    }
                }));
    }

    private static void assertSame(WeightFiles found, WeightFiles expected) {
        assertThat(found.names()).containsExactlyInAnyOrderElementsOf(expected.names());
        expected.entries().forEach(entry -> assertSame(found.entry(entry.name()), entry));
    }

    private static void assertSame(WeightEntry found, WeightEntry expected) {
        assertThat(found.shape()).as(found.name()).isEqualTo(expected.shape());
        assertThat(found.dtype()).as(found.name()).isEqualTo(expected.dtype());
        assertThat(found.data()).as(found.name()).isEqualTo(expected.data());
    }

    private static Path folder(String model) {
        return ReferenceFolder.get().path("models/" + model);
    }

    private static Path file(String name) {
        return ReferenceFolder.get().path("models/single_file/" + name);
    }
}
