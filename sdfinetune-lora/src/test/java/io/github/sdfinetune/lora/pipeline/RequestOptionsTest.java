package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.difference;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.event.ProgressEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The guidance interval, tiles, previews; and that every kind of request can be cancelled, leaks nothing and is repeatable. */
final class RequestOptionsTest {
    @TempDir
    private static Path folder;

    @AutoClose
    private static TinyPipeline tiny;

    private static Picture disc;

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
        disc = tiny.disc();
    }

    @Test
    void guidanceActsOnlyInItsInterval() {
        byte[] always = tiny.rgb(generation());
        byte[] never = tiny.rgb(generation().guidanceScale(1));

        assertThat(tiny.rgb(generation().guidanceInterval(0, 1))).isEqualTo(always);
        assertThat(tiny.rgb(generation().guidanceInterval(0, 0))).isEqualTo(never);
        assertThat(tiny.rgb(generation().guidanceInterval(0.25, 0.75)))
                .isNotEqualTo(always)
                .isNotEqualTo(never);
    }

    /** As in diffusers, and as in AUTOMATIC1111's web interface. */
    @Test
    void clipSkipConcernsNegativePromptsInTheLanguageOfTheWebInterface() {
        Generation plain = generation().negativePrompt("blurry");
        Generation language = plain.promptSyntax(PromptSyntax.A1111);

        assertThat(tiny.rgb(language)).isEqualTo(tiny.rgb(plain));
        assertThat(tiny.rgb(language.clipSkip(1))).isNotEqualTo(tiny.rgb(plain.clipSkip(1)));
        assertThat(tiny.rgb(language.clipSkip(1).guidanceScale(1)))
                .isEqualTo(tiny.rgb(plain.clipSkip(1).guidanceScale(1)));
    }

    @ParameterizedTest
    @EnumSource
    void eachPromptHasItsOwnClipSkip(PromptSyntax syntax) {
        Generation prompts = generation().promptSyntax(syntax).prompts("a red disc", "snow");
        List<GeneratedImage> together =
                tiny.pipeline().generateAll(prompts.clipSkip(0, 2).seeds(1, 2), ProgressListener.quiet());
        Generation disc = prompts.prompts("a red disc").seed(1);
        Generation snow = prompts.prompts("snow").seed(2);

        assertThat(difference(together.get(0).rgb(), tiny.rgb(disc))).isLessThanOrEqualTo(1);
        assertThat(difference(together.get(1).rgb(), tiny.rgb(snow.clipSkip(2))))
                .isLessThanOrEqualTo(1);
        assertThat(difference(tiny.rgb(disc), tiny.rgb(disc.clipSkip(2)))).isGreaterThan(5);
        assertThat(difference(tiny.rgb(snow), tiny.rgb(snow.clipSkip(2)))).isGreaterThan(5);
    }

    @ParameterizedTest
    @CsvSource({"-0.1, 1", "0, 1.1", "0.6, 0.5", "NaN, 1", "0, NaN"})
    void anIntervalOutOfRangeIsRefused(double from, double to) {
        assertThatThrownBy(() -> generation().guidanceInterval(from, to))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the guidance interval must lie within 0 to 1 and not end before it begins, was " + from
                        + " to " + to);
    }

    @Test
    void tilesAreForPicturesLargerThanOne() {
        assertThat(tiny.rgb(generation().tiledVae(true))).isEqualTo(tiny.rgb(generation()));
        assertThat(tiny.rgb(generation().size(128, 96)))
                .isEqualTo(tiny.rgb(generation().size(128, 96).tiledVae(false)));
        assertThat(tiny.rgb(generation().size(128, 96).tiledVae(true)))
                .isNotEqualTo(tiny.rgb(generation().size(128, 96)));
        assertThat(tiny.rgb(generation().size(128, 96).imageToImage(disc, 0).tiledVae(true)))
                .isNotEqualTo(tiny.rgb(generation().size(128, 96).imageToImage(disc, 0)));
    }

    @Test
    void previewsComeEverySoManySteps() {
        List<ProgressEvent.Preview> previews = new ArrayList<>();
        byte[] picture = tiny.pipeline()
                .generateAll(generation().size(32, 24).count(2).previewEvery(3).steps(7), event -> {
                    if (event instanceof ProgressEvent.Preview preview) {
                        previews.add(preview);
                    }
                })
                .get(0)
                .rgb();

        assertThat(previews)
                .extracting(preview -> preview.step() + "/" + preview.steps() + " of " + preview.picture())
                .containsExactly("3/7 of 0", "3/7 of 1", "6/7 of 0", "6/7 of 1");
        assertThat(previews)
                .allSatisfy(preview -> assertThat(preview.image().toString()).isEqualTo("Picture[4x3]"));
        assertThat(previews.get(0).image()).isNotEqualTo(previews.get(1).image());
        assertThat(picture)
                .isEqualTo(tiny.pipeline()
                        .generateAll(generation().size(32, 24).count(2).steps(7), ProgressListener.quiet())
                        .get(0)
                        .rgb());
    }

    @Test
    void previewsEveryZeroStepsAreRefused() {
        assertThatThrownBy(() -> generation().previewEvery(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("previews are shown every so many steps, at least 1, was 0");
    }

    static Stream<Generation> requests() {
        byte[] gray = new byte[64 * 64];
        Arrays.fill(gray, 0, 2000, (byte) 255);
        Inpainting inpainting = Inpainting.of(disc, Mask.of(64, 64, gray));
        HighResolution high = HighResolution.of(64, 64).withUpscaling(HighResolution.Upscaling.LANCZOS);
        return Stream.of(
                        generation().imageToImage(disc, 0.5),
                        generation().imageToImage(disc, 0),
                        generation().inpainting(inpainting),
                        generation().inpainting(inpainting.onlyMasked(8)),
                        generation().outpainting(Outpainting.of(disc, 8, 8, 8, 8)),
                        generation().size(32, 32).highResolution(high))
                .map(generation -> generation.previewEvery(2));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void twoThreadsGetTheBitsThatOneGets(Generation generation) {
        byte[] alone = tiny.rgb(generation);
        CompletableFuture<byte[]> first = CompletableFuture.supplyAsync(() -> tiny.rgb(generation));
        CompletableFuture<byte[]> second = CompletableFuture.supplyAsync(() -> tiny.rgb(generation));

        assertThat(first.join()).isEqualTo(alone);
        assertThat(second.join()).isEqualTo(alone);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestCanBeCancelledAtEveryEventAndLeaksNothing(Generation generation) {
        long open = Tensor.open();
        List<ProgressEvent> events = new ArrayList<>();
        tiny.pipeline().generate(generation, events::add);
        assertThat(Tensor.open()).isEqualTo(open);

        for (int last = 1; last <= events.size(); last++) {
            List<ProgressEvent> heard = new ArrayList<>();
            Cancellation cancellation = new Cancellation();
            int end = last;
            CancelledException cancelled = catchThrowableOfType(
                    CancelledException.class,
                    () -> tiny.pipeline()
                            .generateAll(
                                    generation,
                                    event -> {
                                        heard.add(event);
                                        if (heard.size() == end) {
                                            cancellation.cancel();
                                        }
                                    },
                                    cancellation));

            assertThat(cancelled).as("cancelled at %s", events.get(last - 1)).isNotNull();
            assertThat(heard).containsExactlyElementsOf(events.subList(0, last));
            assertThat(Tensor.open()).isEqualTo(open);
        }
    }
}
