package io.github.sdfinetune.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

final class ReferenceFolderTest {
    @TempDir
    Path root;

    @Test
    void theGivenFolderWinsAndIsRelativeToTheRoot() throws IOException {
        Files.createDirectories(root.resolve("given"));
        Files.createDirectories(root.resolve("default"));
        assertThat(ReferenceFolder.find("given", "default", root).path("models"))
                .isEqualTo(root.resolve("given/models"));
        assertThat(ReferenceFolder.find(null, "default", root).path("models"))
                .isEqualTo(root.resolve("default/models"));
        assertThat(ReferenceFolder.find(null, root + "/default", Path.of("x")).isCompact())
                .isFalse();
    }

    @Test
    void aGivenFolderMustExist() {
        assertThatThrownBy(() -> ReferenceFolder.find("nowhere", null, root))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("-Dsdfinetune.reference=nowhere")
                .hasMessageContaining(root.resolve("nowhere").toString());
    }

    @Test
    void withoutAnyFolderTheCompactCopyServes() {
        ReferenceFolder folder = ReferenceFolder.find(null, "nowhere", root);
        assertThat(folder.isCompact()).isTrue();
        assertThat(folder.path("README.md")).exists();
    }

    @Test
    void aCompactCopyInsideAJarIsUnpacked() throws IOException {
        Path jar = root.resolve("tests.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (String name : List.of("reference/README.md", "reference/models/sd1/model_index.json", "other")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(name.getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        Path unpacked = ReferenceFolder.unpacked(URI.create("jar:" + jar.toUri() + "!/reference/README.md"));
        assertThat(unpacked.resolve("models/sd1/model_index.json")).hasContent("reference/models/sd1/model_index.json");
        assertThat(unpacked.resolve("other")).doesNotExist();
    }

    @Test
    void casesBecomeTestsNamedFolderSlashCase() throws Exception {
        write("set/cases.json", """
                {"cases": [{"name": "one", "kind": "unet"}, {"id": "two", "family": "ddim"}, {"file": "three.bin"}]}
                """);
        ReferenceCases cases = ReferenceCases.in(folder(), "set", null);
        assertThat(names(cases)).containsExactly("set/one", "set/two", "set/three.bin");
        assertThat(names(cases.ofKind("unet"))).containsExactly("set/one");
        assertThat(names(cases.ofKind("ddim"))).containsExactly("set/two");
        DynamicTest skipped =
                cases.ofKind("ddim").notBuiltYet("ddim").findFirst().orElseThrow();
        assertThatThrownBy(() -> skipped.getExecutable().execute())
                .isInstanceOf(TestAbortedException.class)
                .hasMessage("not built yet: ddim");
    }

    @Test
    void aSectionHasCasesOfItsOwn() throws IOException {
        write("set/cases.json", "{\"formats\": {\"cases\": [{\"id\": \"kohya\"}]}}");
        assertThat(names(ReferenceCases.in(folder(), "set", "formats"))).containsExactly("set/kohya");
    }

    @Test
    void furtherTestsOfACaseSayHowTheyDiffer() throws IOException {
        write("set/cases.json", "{\"cases\": [{\"name\": \"one\"}]}");
        assertThat(ReferenceCases.in(folder(), "set", null)
                        .tests("bfloat16", testCase -> {})
                        .map(DynamicTest::getDisplayName))
                .containsExactly("set/one [bfloat16]");
    }

    @Test
    void anAbsentSetIsSkippedByName() {
        DynamicTest absent = ReferenceCases.in(folder(), "set", null)
                .tests(testCase -> {})
                .findFirst()
                .orElseThrow();
        assertThat(absent.getDisplayName()).isEqualTo("set");
        assertThatThrownBy(() -> absent.getExecutable().execute()).isInstanceOf(TestAbortedException.class);
    }

    @Test
    void theCompactCopyLacksWhatItLacks() {
        ReferenceFolder compact = ReferenceFolder.find(null, null, root);
        assertThat(names(ReferenceCases.in(compact, "models/golden/sdxl", null)))
                .isEmpty();
        assertThat(names(ReferenceCases.in(compact, "adapters", "hypernetworks")))
                .isEmpty();
        assertThat(names(ReferenceCases.in(compact, "training", null))).containsExactly("training/lora_r4");
    }

    private ReferenceFolder folder() {
        return ReferenceFolder.find(root.toString(), null, root);
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve("set"));
        Files.writeString(root.resolve(file), text);
    }

    private static List<String> names(ReferenceCases cases) {
        return cases.tests(testCase -> {}).map(DynamicTest::getDisplayName).toList();
    }
}
