package io.github.sdfinetune.core.testing;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.sdfinetune.core.config.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.TestAbortedException;

/**
 * The cases of one {@code cases.json}, to be made into dynamic tests named {@code folder/case}:
 *
 * <pre>{@code
 * @Tag("reference")
 * @TestFactory
 * Stream<DynamicTest> unet() {
 *     return ReferenceCases.in("models/golden/sd1").ofKind("unet").tests(testCase -> ...);
 * }
 * }</pre>
 *
 * <p>A folder that the reference lacks is one skipped test with the folder's name; in the compact copy it is simply absent.
 */
public final class ReferenceCases {
    /** What a test does with a case: returns if it passes, throws if it fails. */
    @FunctionalInterface
    public interface CaseTest {
        void run(ReferenceCase testCase) throws Exception;
    }

    private final String folder;
    private final boolean missing;
    private final List<ReferenceCase> cases;

    private ReferenceCases(String folder, boolean missing, List<ReferenceCase> cases) {
        this.folder = folder;
        this.missing = missing;
        this.cases = cases;
    }

    /** The list {@code cases} of {@code <folder>/cases.json}. */
    public static ReferenceCases in(String folder) {
        return in(ReferenceFolder.get(), folder, null);
    }

    /** The list {@code cases} of one section of {@code <folder>/cases.json}. */
    public static ReferenceCases in(String folder, String section) {
        return in(ReferenceFolder.get(), folder, section);
    }

    static ReferenceCases in(ReferenceFolder reference, String folder, @Nullable String section) {
        Path path = reference.path(folder).resolve("cases.json");
        JsonFile json = Files.exists(path) ? JsonFile.read(path) : JsonFile.parse(path, "{}");
        JsonFile list = section != null && json.has(section) ? json.object(section) : json;
        if (!list.has("cases")) {
            return new ReferenceCases(folder, !reference.isCompact(), List.of());
        }
        return new ReferenceCases(
                folder,
                false,
                list.objects("cases").stream()
                        .map(testCase -> new ReferenceCase(folder, testCase))
                        .toList());
    }

    /** The cases of this kind (the key {@code kind}, or {@code family} among the schedulers). */
    public ReferenceCases ofKind(String kind) {
        return matching(testCase -> testCase.kind().equals(kind));
    }

    /** The cases that meet a condition. */
    public ReferenceCases matching(Predicate<ReferenceCase> condition) {
        return new ReferenceCases(
                folder, missing, cases.stream().filter(condition).toList());
    }

    public List<ReferenceCase> list() {
        return cases;
    }

    /** One test per case, named {@code folder/case}. */
    public Stream<DynamicTest> tests(CaseTest test) {
        return named("", test);
    }

    /**
     * One more test per case, named {@code folder/case [suffix]}.
     *
     * @param suffix how it differs from the test that has the plain name, such as {@code bfloat16}
     */
    public Stream<DynamicTest> tests(String suffix, CaseTest test) {
        return named(" [" + suffix + "]", test);
    }

    private Stream<DynamicTest> named(String ending, CaseTest test) {
        if (missing) {
            return Stream.of(dynamicTest(folder + ending, () -> {
                throw new TestAbortedException("the reference data has no " + folder + "/cases.json");
            }));
        }
        return cases.stream()
                .map(testCase -> dynamicTest(folder + "/" + testCase.name() + ending, () -> test.run(testCase)));
    }

    /**
     * One skipped test per case.
     *
     * @param what is not built yet
     */
    public Stream<DynamicTest> notBuiltYet(String what) {
        return tests(testCase -> {
            throw testCase.notBuiltYet(what);
        });
    }
}
