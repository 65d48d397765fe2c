package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.event.ProgressEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Where SDXL in the web UI is not what it is in diffusers, the syntax of the prompt decides. */
@EnabledIf("isThere")
final class WebInterfaceXlTest {
    private static final Path MODEL = ReferenceFolder.get().path("models/sdxl");

    @AutoClose
    private static Pipeline pipeline;

    static boolean isThere() {
        return MODEL.resolve("tokenizer").toFile().isDirectory(); // not in the compact copy
    }

    @BeforeAll
    static void load() {
        pipeline = SmallModels.load(MODEL);
    }

    @Test
    void anEmptyNegativePromptIsZeros() {
        Generation absent = request(PromptSyntax.A1111);
        assertThat(rgb(absent.negativePrompt(""))).isEqualTo(rgb(absent));
        assertThat(rgb(absent.negativePrompt("a"))).isNotEqualTo(rgb(absent));

        Generation plain = request(PromptSyntax.PLAIN);
        assertThat(rgb(plain.negativePrompt(""))).isNotEqualTo(rgb(plain));
        assertThat(rgb(plain)).isEqualTo(rgb(absent));
    }

    @Test
    void clipSkipDoesNothingAndIsWarnedOf() {
        List<ProgressEvent> events = new ArrayList<>();
        Generation request = request(PromptSyntax.A1111).negativePrompt("a square");
        byte[] skipped = pipeline.generate(request.clipSkip(1), events::add).rgb();

        assertThat(skipped).isEqualTo(rgb(request));
        assertThat(events)
                .filteredOn(ProgressEvent.Warning.class::isInstance)
                .containsExactly(new ProgressEvent.Warning(
                        "clip skip does nothing for Stable Diffusion XL in the web interface and so in its prompt syntax;"
                                + " the plain syntax has it for all models"));
        Generation plain = request(PromptSyntax.PLAIN);
        assertThat(rgb(plain.clipSkip(1))).isNotEqualTo(rgb(plain));
    }

    private static Generation request(PromptSyntax syntax) {
        return SmallModels.request("a red disc").promptSyntax(syntax);
    }

    private static byte[] rgb(Generation generation) {
        return pipeline.generate(generation).rgb();
    }
}
