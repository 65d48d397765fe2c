package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.TorchValue.Dictionary;
import io.github.sdfinetune.core.weights.TorchValue.None;
import io.github.sdfinetune.core.weights.TorchValue.Real;
import io.github.sdfinetune.core.weights.TorchValue.Sequence;
import io.github.sdfinetune.core.weights.TorchValue.Text;
import io.github.sdfinetune.core.weights.TorchValue.Truth;
import io.github.sdfinetune.core.weights.TorchValue.Whole;
import io.github.sdfinetune.error.ModelFormatException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

@Tag("reference")
final class TorchFileReferenceTest {
    private static final ReferenceFolder REFERENCE = ReferenceFolder.get();
    private static final String ADAPTERS = "adapters";
    private static final String SINGLE_FILES = "models/single_file";

    static void assertSame(WeightEntry actual, WeightEntry expected) {
        assertThat(actual.dtype()).as(actual.name()).isEqualTo(expected.dtype());
        assertThat(actual.shape()).as(actual.name()).isEqualTo(expected.shape());
        assertThat(actual.data().mismatch(expected.data())).as(actual.name()).isEqualTo(-1);
    }

    @TestFactory
    Stream<DynamicTest> picklesHoldTheTensorsExpected() {
        return ReferenceCases.in(ADAPTERS, "pickles").tests(testCase -> {
            TorchFile file = TorchFile.open(testCase.file("file"));
            assertThat(file.names()).isNotEmpty();
            assertTensors(file, expected("pickles"));
            assertPlainValues(file, testCase);
        });
    }

    private static SafetensorsFile expected(String section) {
        Path folder = REFERENCE.path(ADAPTERS);
        JsonFile cases = JsonFile.read(folder.resolve("cases.json"));
        return SafetensorsFile.open(folder.resolve(cases.object(section).string("expected")));
    }

    private static void assertTensors(TorchFile file, SafetensorsFile expected) {
        assertThat(file.names()).containsExactlyInAnyOrderElementsOf(expected.names());
        for (WeightEntry entry : file.entries()) {
            assertSame(entry, expected.entry(entry.name()));
        }
    }

    private static void assertPlainValues(TorchFile file, ReferenceCase testCase) {
        if (!testCase.json().has("plain")) {
            return;
        }
        JsonFile plain = testCase.json().object("plain");
        for (String key : plain.keys()) {
            TorchValue value = ((Dictionary) file.content()).get(key).orElseThrow();
            if (value instanceof Whole number) {
                assertThat(number.value()).isEqualTo(BigInteger.valueOf(plain.wholeNumber(key)));
            } else {
                assertThat(value).isEqualTo(new Text(plain.string(key)));
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> embeddingsHoldTheVectorsExpected() {
        return ReferenceCases.in(ADAPTERS, "embeddings")
                .matching(testCase -> !testCase.name().endsWith(".safetensors"))
                .tests("pickle", testCase -> {
                    WeightEntry vectors = TorchFile.open(testCase.file("file")).entries().stream()
                            .filter(entry -> entry.dtype().isFloatingPoint())
                            .findFirst()
                            .orElseThrow();
                    WeightEntry expected =
                            expected("embeddings").entry(testCase.json().string("expected_tensor"));
                    assertThat(vectors.shape()).isEqualTo(expected.shape());
                    assertThat(vectors.floats()).isEqualTo(expected.floats());
                });
    }

    @TestFactory
    Stream<DynamicTest> hypernetworksAreRead() {
        return ReferenceCases.in(ADAPTERS, "hypernetworks").tests("pickle", testCase -> {
            TorchFile file = TorchFile.open(testCase.file("file"));
            for (int size : testCase.json().integers("sizes")) {
                assertThat(file.names()).anyMatch(name -> name.startsWith(size + ".0."));
                assertThat(file.names()).anyMatch(name -> name.startsWith(size + ".1."));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> checkpoints() {
        return Stream.of(
                        single("pickle_edge.ckpt", TorchFileReferenceTest::edgeCasesAreRead),
                        single("pickle_legacy.ckpt", TorchFileReferenceTest::edgeTensorsAreRead),
                        single(
                                "pickle_hostile.ckpt",
                                path -> assertThatThrownBy(() -> TorchFile.open(path))
                                        .isInstanceOf(ModelFormatException.class)
                                        .hasMessage(path
                                                + ": its pickle names '__builtin__.eval', which no tensor needs; it was not"
                                                + " executed")),
                        single("sd1.ckpt", TorchFileReferenceTest::holdsTheWeightsOfTheSafetensorsFile))
                .flatMap(test -> test);
    }

    private interface FileTest {
        void run(Path path);
    }

    private static Stream<DynamicTest> single(String name, FileTest test) {
        Path path = REFERENCE.path(SINGLE_FILES).resolve(name);
        return Files.exists(path)
                ? Stream.of(dynamicTest(SINGLE_FILES + "/" + name, () -> test.run(path)))
                : Stream.empty();
    }

    private static TorchFile edgeTensorsAreRead(Path path) {
        TorchFile file = TorchFile.open(path);
        assertTensors(file, SafetensorsFile.open(path.resolveSibling("pickle_edge.expected.safetensors")));
        return file;
    }

    private static void edgeCasesAreRead(Path path) {
        Dictionary content = (Dictionary) edgeTensorsAreRead(path).content();
        assertThat(content.get("global_step")).contains(whole(12));
        assertThat(content.get("lr")).contains(new Real(1e-4));
        Dictionary nested = (Dictionary) content.get("nested").orElseThrow();
        assertThat(((Sequence) nested.get("list").orElseThrow()).items())
                .isEqualTo(List.of(whole(1), new Real(2.5), new Text("x"), None.NONE, new Truth(true)));
        assertThat(((Sequence) nested.get("t").orElseThrow()).items()).isEqualTo(List.of(whole(1)));
    }

    private static Whole whole(long value) {
        return new Whole(BigInteger.valueOf(value));
    }

    /** The buffers of the noise schedule are rounded in the pickle, the weights are not. */
    private static void holdsTheWeightsOfTheSafetensorsFile(Path path) {
        TorchFile pickle = TorchFile.open(path);
        SafetensorsFile safe = SafetensorsFile.open(path.resolveSibling("sd1.safetensors"));
        assertThat(pickle.names()).containsAll(safe.names());
        for (WeightEntry entry : safe.entries()) {
            if (!entry.name().contains(".")) {
                continue;
            }
            assertThat(pickle.entry(entry.name()).shape()).isEqualTo(entry.shape());
            assertThat(pickle.entry(entry.name()).floats()).as(entry.name()).isEqualTo(entry.floats());
        }
    }
}
