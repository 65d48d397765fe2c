package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.difference;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterRegistry;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.event.ProgressEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters that a prompt names. */
final class PromptAdaptersTest {
    @TempDir
    private static Path folder;

    private static TinyPipeline tiny;
    private static Adapter adapter;
    private static AdapterRegistry registry;

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
        adapter = tiny.train(training().alpha(3).steps(10).build());
        registry = AdapterRegistry.of(Map.of("disc", adapter));
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    private static Generation generation(String... prompts) {
        return Generation.of(prompts)
                .promptSyntax(PromptSyntax.A1111)
                .sampler(Sampler.DDIM)
                .steps(3)
                .seed(7)
                .registry(registry);
    }

    @ParameterizedTest
    @CsvSource({"<lora:disc>,1", "<lora:disc:0.5>,0.5", "<lyco:disc:-1>,-1", "<lora:disc:0.25><lora:disc:0.25:0.25>,0.5"
    })
    void aPromptThatNamesAnAdapterIsTheSameAsOneThatIsGivenIt(String named, float scale) {
        byte[] given = tiny.rgb(generation("a disc").with(adapter, scale));

        assertThat(difference(tiny.rgb(generation("a disc" + named)), given)).isLessThan(2);
        assertThat(given).isNotEqualTo(tiny.rgb(generation("a disc")));
    }

    @Test
    void theSecondWeightIsThatOfTheUNet() {
        byte[] without = tiny.rgb(generation("a disc"));
        byte[] both = tiny.rgb(generation("a disc<lora:disc:1>"));

        assertThat(tiny.rgb(generation("a disc<lora:disc:0:0>"))).isEqualTo(without);
        assertThat(tiny.rgb(generation("a disc<lora:disc:te=1:unet=1>"))).isEqualTo(both);
        assertThat(tiny.rgb(generation("a disc<lora:disc:0:1>"))).isNotEqualTo(without);
        assertThat(tiny.rgb(generation("a disc<lora:disc:1:0.5>"))).isNotEqualTo(both);
    }

    @Test
    void aRequestLeavesNothingBehind() {
        byte[] without = tiny.rgb(generation("a disc"));
        long open = Tensor.open();

        tiny.rgb(generation("a disc<lora:disc:1>"));

        assertThat(Tensor.open()).isEqualTo(open);
        assertThat(tiny.rgb(generation("a disc"))).isEqualTo(without);
    }

    @Test
    void anUnknownNameHasTheNearestOnes() {
        assertRefused(generation("a <lora:disk:1>"), "no adapter is called \"disk\"; did you mean \"disc\"?");
        assertRefused(
                generation("a <lora:disc:1>").registry(AdapterRegistry.empty()),
                "no adapter is called \"disc\"; none is registered");
    }

    @Test
    void promptsOfOneGenerationMustNameTheSameAdapters() {
        assertRefused(
                generation("a <lora:disc:1>", "b"),
                "the prompts of one generation must name the same adapters, but the first names [<lora:disc:1>],"
                        + " another []; use a generation for each");
        assertThat(tiny.pipeline()
                        .generateAll(generation("a <lora:disc:1>", "b <lora:disc:1>"), ProgressListener.quiet()))
                .hasSize(2);
    }

    @Test
    void weightsMustBeFinite() {
        assertRefused(generation("a <lora:disc:1e60>"), "the weights of <lora:disc:1e60> in the prompt must be finite");
    }

    private static void assertRefused(Generation generation, String message) {
        long open = Tensor.open();
        assertThatThrownBy(() -> tiny.pipeline().generateAll(generation, ProgressListener.quiet()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @Test
    void whatIsIgnoredIsAWarning() {
        List<ProgressEvent> events = new ArrayList<>();
        tiny.pipeline().generate(generation("a <embed:x>").negativePrompt("<lora:disc:1>"), events::add);

        assertThat(events)
                .filteredOn(ProgressEvent.Warning.class::isInstance)
                .extracting(Object::toString)
                .satisfiesExactly(
                        first -> assertThat(first).contains("<embed:x> in the prompt is ignored"),
                        second -> assertThat(second).contains("<lora:disc:1> does nothing in a negative prompt"));
    }

    @Test
    void aPlainPromptNamesNothing() {
        Generation plain = generation("a disc<lora:disc:1>").promptSyntax(PromptSyntax.PLAIN);

        assertThat(tiny.rgb(plain)).isEqualTo(tiny.rgb(plain.registry(AdapterRegistry.empty())));
    }
}
