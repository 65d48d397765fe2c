package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.event.ProgressEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** Large pictures, which pass the VAE in tiles of 64x64 here. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
final class TiledVaeTest {
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
    void aStartingPictureOfMorePixelsThan1536By1536IsTiledBothWays() {
        Generation large = generation().size(1544, 1536).imageToImage(disc, 0);

        assertThat(tiny.rgb(large)).isEqualTo(tiny.rgb(large.tiledVae(true)));
    }

    @Test
    void aSecondPassOfMorePixelsThan1536By1536IsTiledBothWays() {
        HighResolution high = HighResolution.of(1544, 1536).withUpscaling(HighResolution.Upscaling.LANCZOS);
        Generation large = generation().size(64, 64).steps(1).highResolution(high.withStrength(0));

        assertThat(tiny.rgb(large)).isEqualTo(tiny.rgb(large.tiledVae(true)));
    }

    /** 121 tiles are encoded, then 121 decoded, with no step between. */
    private static Generation manyTiles() {
        return generation().size(512, 512).imageToImage(disc, 0).tiledVae(true);
    }

    @Test
    void cancellingTakesEffectBetweenTilesThatAreEncoded() {
        assertThat(eventsOfACallThatIsCancelledAmongTilesAfter(0)).isEmpty();
    }

    @Test
    void cancellingTakesEffectBetweenTilesThatAreDecoded() {
        assertThat(eventsOfACallThatIsCancelledAmongTilesAfter(1))
                .containsExactly(new ProgressEvent.Preparing("encoding the picture", 1, 1));
    }

    private static List<ProgressEvent> eventsOfACallThatIsCancelledAmongTilesAfter(int events) {
        long open = Tensor.open();
        Cancellation cancellation = new Cancellation();
        List<ProgressEvent> heard = new ArrayList<>();
        Thread caller = Thread.currentThread();
        Thread canceller = new Thread(() -> {
            awaitTiles(caller);
            cancellation.cancel();
        });
        if (events == 0) {
            canceller.start();
        }
        assertThatThrownBy(() -> tiny.pipeline()
                        .generateAll(
                                manyTiles(),
                                event -> {
                                    heard.add(event);
                                    if (heard.size() == events) {
                                        canceller.start();
                                    }
                                },
                                cancellation))
                .isInstanceOf(CancelledException.class);
        assertThat(Tensor.open()).isEqualTo(open);
        return heard;
    }

    /** Until a thread works on tiles. */
    private static void awaitTiles(Thread worker) {
        while (Arrays.stream(worker.getStackTrace())
                .noneMatch(frame -> frame.getClassName().endsWith(".vae.Tiles"))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void closingTakesEffectBetweenTiles() throws InterruptedException {
        Pipeline pipeline = SmallModels.load(tiny.model());
        Thread caller = Thread.currentThread();
        Thread closer = new Thread(() -> {
            awaitTiles(caller);
            pipeline.close();
        });
        List<ProgressEvent> heard = new ArrayList<>();
        closer.start();

        assertThatThrownBy(() -> pipeline.generate(manyTiles(), heard::add))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Pipeline is closed; the call under way ended after step 0 of 0");

        closer.join();
        assertThat(heard).isEmpty();
    }
}
