package io.github.sdfinetune.core.testing;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/**
 * The cases of what is not built yet, so that the report names them as skipped. Whoever builds something takes its cases out of
 * here.
 */
@Tag("reference")
final class NotBuiltYetReferenceTest {
    private static final Set<String> TESTED_KINDS =
            Set.of("text_encoder", "vae_encode", "vae_decode", "unet", "gradients", "pipeline");

    @TestFactory
    Stream<DynamicTest> otherKinds() {
        return ReferenceCases.in("models/golden/sd1")
                .matching(testCase -> !TESTED_KINDS.contains(testCase.kind()))
                .notBuiltYet("cases of this kind");
    }

    @TestFactory
    Stream<DynamicTest> otherAdapters() {
        return ReferenceCases.in("adapters", "hypernetworks").notBuiltYet("hypernetworks");
    }

    /** Merges are named by the groups of expected tensors; extraction and resizing have lists of cases. */
    @TestFactory
    Stream<DynamicTest> merging() {
        JsonFile adapters = JsonFile.read(path("cases.json"));
        if (!adapters.has("merging")) {
            return Stream.empty();
        }
        JsonFile merging = adapters.object("merging");
        Stream<String> merges = SafetensorsFile.open(path(merging.string("expected"))).names().stream()
                .map(name -> name.substring(0, name.indexOf('/')))
                .filter(group -> !merging.has(group))
                .distinct();
        Stream<String> others = Stream.of("extract", "resize")
                .flatMap(group -> merging.object(group).objects("cases").stream()
                        .map(testCase -> group + "/" + testCase.string("name")));
        return Stream.concat(merges, others).map(name -> skipped("merging/" + name, "merging"));
    }

    private static DynamicTest skipped(String name, String what) {
        return dynamicTest("adapters/" + name, () -> {
            throw new TestAbortedException("not built yet: " + what);
        });
    }

    private static Path path(String file) {
        return ReferenceFolder.get().path("adapters").resolve(file);
    }
}
