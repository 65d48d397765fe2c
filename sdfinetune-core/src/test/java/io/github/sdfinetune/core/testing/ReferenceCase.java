package io.github.sdfinetune.core.testing;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/**
 * One case of a {@code cases.json}.
 *
 * @param folder of the reference data, such as {@code models/golden/sd1}
 * @param json the case itself
 */
public record ReferenceCase(String folder, JsonFile json) {
    /** Its name, id, or, if it has neither, its file. */
    public String name() {
        return json.optionalString("name").or(() -> json.optionalString("id")).orElseGet(() -> json.string("file"));
    }

    /** What it is a case of; empty if it does not say. */
    public String kind() {
        return json.optionalString("kind")
                .or(() -> json.optionalString("family"))
                .orElse("");
    }

    /** The file that a key of the case names. */
    public Path file(String key) {
        return ReferenceFolder.get().path(folder).resolve(json.string(key));
    }

    /** The tensors of the case: the file under the key {@code file}. */
    public SafetensorsFile tensors() {
        return SafetensorsFile.open(file("file"));
    }

    /** What to throw if the case needs something that is not built yet: the test is reported as skipped. */
    public TestAbortedException notBuiltYet(String what) {
        return new TestAbortedException("not built yet: " + what);
    }
}
