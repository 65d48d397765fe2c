package io.github.sdfinetune.lora.concept;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The files of other programs give their vectors exactly. */
@Tag("reference")
final class ConceptReferenceTest {

    @TestFactory
    Stream<DynamicTest> everyFileGivesItsWordAndItsVectors() {
        return ReferenceCases.in("adapters", "embeddings").tests(ConceptReferenceTest::check);
    }

    private static void check(ReferenceCase testCase) {
        Path path = testCase.file("file");
        Adapter adapter = Adapter.load(path);

        assertThat(adapter.name())
                .isEqualTo(testCase.json().optionalString("token").orElseGet(() -> stem(path)));
        List<String> expected =
                List.of(testCase.json().string("expected_tensor").split(", "));
        List<Vectors> vectors = List.copyOf(((Concept) adapter).vectors().values());
        assertThat(vectors).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(vectors.get(i).values()).isEqualTo(expected().floats(expected.get(i)));
        }
    }

    private static SafetensorsFile expected() {
        ReferenceFolder reference = ReferenceFolder.get();
        JsonFile section = JsonFile.read(reference.path("adapters/cases.json")).object("embeddings");
        return SafetensorsFile.open(reference.path("adapters").resolve(section.string("expected")));
    }

    private static String stem(Path path) {
        return String.valueOf(path.getFileName()).replaceFirst("\\.[a-z]+$", "");
    }
}
