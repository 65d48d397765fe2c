package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.Sampler;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a prompt changes: where the web UI changes it, whose count of evaluations begins with 0. */
final class PromptScheduleStepsTest {
    private static final String BEFORE = "a disc";
    private static final String AFTER = "a square";

    @TempDir
    private static Path folder;

    @AutoClose
    private static TinyPipeline tiny;

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
    }

    @Test
    void ofFourEvaluationsTheOnesBehindTheNumberAreChanged() {
        assertThat(scheduled("3")).isEqualTo(rgb(BEFORE)); // evaluations 0 to 3
        assertThat(scheduled("0.75")).isEqualTo(rgb(BEFORE));
        assertThat(scheduled("2")).isNotEqualTo(rgb(BEFORE)).isEqualTo(scheduled("0.5"));
        assertThat(scheduled("0")).isEqualTo(rgb(AFTER));
        assertThat(scheduled("1")).isNotEqualTo(rgb(AFTER)).isNotEqualTo(scheduled("2"));
    }

    @Test
    void theFirstAlternativeHoldsTwice() {
        assertThat(rgb("[a disc|a square]")).isEqualTo(rgb("[[a disc:a square:1]:[a disc:a square:3]:2]"));
    }

    /** Half of 8 steps are done; a schedule is read for all 8. */
    @Test
    void fromAPictureTheStepsLeftOutCount() {
        assertThat(fromPicture("[a disc:a square:0.25]")).isEqualTo(fromPicture("[a disc:a square:2]"));
        assertThat(fromPicture("[a disc:a square:0.25]"))
                .isNotEqualTo(fromPicture(BEFORE))
                .isNotEqualTo(fromPicture(AFTER));
        assertThat(fromPicture("[a disc:a square:0.5]")).isEqualTo(fromPicture(BEFORE));
    }

    /** Heun evaluates the UNet twice in each step but the last: 7 times in 4 steps, which count as 8. */
    @Test
    void aSamplerOfTwoEvaluationsCountsTwice() {
        assertThat(rgb(request("[a disc:a square:0.5]").sampler(Sampler.HEUN)))
                .isEqualTo(rgb(request("[a disc:a square:4]").sampler(Sampler.HEUN)))
                .isNotEqualTo(rgb(request("[a disc:a square:3]").sampler(Sampler.HEUN)));
    }

    private static byte[] scheduled(String when) {
        return rgb("[" + BEFORE + ":" + AFTER + ":" + when + "]");
    }

    private static byte[] fromPicture(String prompt) {
        return rgb(request(prompt).steps(8).imageToImage(tiny.disc(), 0.5));
    }

    private static byte[] rgb(String prompt) {
        return rgb(request(prompt));
    }

    private static byte[] rgb(Generation generation) {
        return tiny.rgb(generation);
    }

    private static Generation request(String prompt) {
        return Generation.of(prompt)
                .promptSyntax(PromptSyntax.A1111)
                .sampler(Sampler.DDIM)
                .steps(4)
                .size(32, 24)
                .seed(7);
    }
}
