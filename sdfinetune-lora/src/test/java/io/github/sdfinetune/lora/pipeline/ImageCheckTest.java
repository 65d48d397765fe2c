package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ImageCheck;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.SavedRequest;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.GenerationException;
import io.github.sdfinetune.event.ProgressEvent;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageCheckTest {
    private static final Generation THREE = generation().count(3).seeds(1, 2, 3);

    @TempDir
    private static Path folder;

    private static Pipeline pipeline;
    private static List<GeneratedImage> unchecked;

    /** What the pipeline's check asks, changed by each test. */
    private static volatile ImageCheck check = picture -> ImageCheck.pass();

    @BeforeAll
    static void load() {
        NewModel.tiny(1).write(folder.resolve("model"));
        LoadOptions options = LoadOptions.defaults().threads(1);
        try (Pipeline without = Pipeline.load(folder.resolve("model"), options)) {
            unchecked = generate(without);
        }
        pipeline = Pipeline.load(folder.resolve("model"), options.imageCheck(new ImageCheck() {
            @Override
            public Verdict check(GeneratedImage picture) {
                return check.check(picture);
            }

            @Override
            public boolean passes(ProgressEvent.Preview preview) {
                return check.passes(preview);
            }
        }));
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    @BeforeEach
    void passEverything() {
        check = picture -> ImageCheck.pass();
    }

    private static List<GeneratedImage> generate(Pipeline pipeline) {
        return pipeline.generateAll(THREE, ProgressListener.quiet());
    }

    private static List<byte[]> pixels(List<GeneratedImage> pictures) {
        return pictures.stream().map(GeneratedImage::rgb).toList();
    }

    @Test
    void everyPictureIsSeenWithItsSeedBeforeItIsHandedOut() {
        List<GeneratedImage> seen = new ArrayList<>();
        check = picture -> {
            seen.add(picture);
            return ImageCheck.pass();
        };

        List<GeneratedImage> pictures = generate(pipeline);

        assertThat(pixels(seen)).containsExactlyElementsOf(pixels(unchecked));
        assertThat(seen).extracting(GeneratedImage::seed).containsExactly(1L, 2L, 3L);
        assertThat(pixels(pictures)).containsExactlyElementsOf(pixels(unchecked));
    }

    @Test
    void aPictureCanBeReplaced() {
        check = picture -> picture.seed() == 2 ? new ImageCheck.Verdict.Replace(red(64, 64)) : ImageCheck.pass();

        List<GeneratedImage> pictures = generate(pipeline);

        assertThat(pictures.get(0).rgb()).isEqualTo(unchecked.get(0).rgb());
        assertThat(pictures.get(2).rgb()).isEqualTo(unchecked.get(2).rgb());
        assertThat(pictures.get(1).toBufferedImage().getRGB(63, 63)).isEqualTo(Color.RED.getRGB());
        assertThat(pictures.get(1).seed()).isEqualTo(2);
        assertThat(pictures.get(1).parameters()).isEqualTo(unchecked.get(1).parameters() + ", Image check: replaced");
    }

    @Test
    void theFileOfAReplacedPictureSaysSo() {
        check = picture -> picture.seed() == 2 ? ImageCheck.black(picture) : ImageCheck.pass();
        List<GeneratedImage> pictures = generate(pipeline);

        assertThat(saved(pictures.get(0)).notes()).isEmpty();
        assertThat(saved(pictures.get(1)).notes())
                .containsExactly("an image check replaced the picture; the request gives what was there before");
        assertThat(saved(GeneratedImage.grid(pictures)).notes())
                .containsExactly("an image check replaced number 2 of the grid's pictures; the request gives what was"
                        + " there before");
        check = picture -> ImageCheck.pass();
        Generation again = saved(pictures.get(1)).toGeneration(RequestInputs.none());
        assertThat(pipeline.generateAll(again, ProgressListener.quiet()).get(1).rgb())
                .isEqualTo(unchecked.get(1).rgb());
    }

    private static SavedRequest saved(GeneratedImage picture) {
        Path png = folder.resolve("picture.png");
        picture.save(png);
        return SavedRequest.read(png);
    }

    @Test
    void previewsAreWithheldUnlessTheCheckPassesThem() {
        assertThat(events())
                .noneMatch(ProgressEvent.Preview.class::isInstance)
                .filteredOn(ProgressEvent.Warning.class::isInstance)
                .containsExactly(new ProgressEvent.Warning(
                        "previews that the pipeline's image check does not pass are withheld"));

        check = withPreviews(preview -> preview.picture() == 1);

        assertThat(events())
                .filteredOn(ProgressEvent.Preview.class::isInstance)
                .hasSize(TinyPipeline.STEPS)
                .allMatch(event -> ((ProgressEvent.Preview) event).picture() == 1);
    }

    @Test
    void anExceptionAtAPreviewEndsTheCall() {
        check = withPreviews(preview -> {
            throw new IllegalStateException("the classifier is not loaded");
        });

        assertThatThrownBy(ImageCheckTest::events)
                .isInstanceOf(GenerationException.class)
                .hasMessage("the image check failed at the preview of picture 1 after step 1: the classifier is not"
                        + " loaded");
    }

    private static List<ProgressEvent> events() {
        List<ProgressEvent> events = new ArrayList<>();
        pipeline.generateAll(THREE.previewEvery(1), events::add);
        return events;
    }

    private static ImageCheck withPreviews(Predicate<ProgressEvent.Preview> passes) {
        return new ImageCheck() {
            @Override
            public Verdict check(GeneratedImage picture) {
                return ImageCheck.pass();
            }

            @Override
            public boolean passes(ProgressEvent.Preview preview) {
                return passes.test(preview);
            }
        };
    }

    @Test
    void aBlackPictureHasTheSizeOfTheOther() {
        check = ImageCheck::black;

        GeneratedImage picture = pipeline.generate(generation().size(64, 32));

        assertThat(picture.height()).isEqualTo(32);
        assertThat(picture.rgb()).hasSize(64 * 32 * 3).containsOnly(0);
    }

    @Test
    void aRejectedPictureEndsTheCall() {
        check = picture -> picture.seed() == 2 ? ImageCheck.reject("looks like a mug") : ImageCheck.pass();

        assertEnds("picture 2 of 3 (seed 2) was rejected: looks like a mug");
    }

    @Test
    void anExceptionOfTheCheckEndsTheCallAndIsTheCause() {
        RuntimeException thrown = new IllegalStateException("the classifier is not loaded");
        check = picture -> {
            throw thrown;
        };

        assertThatThrownBy(() -> generate(pipeline))
                .isInstanceOf(GenerationException.class)
                .hasMessage("the image check failed at picture 1 of 3 (seed 1): the classifier is not loaded")
                .hasCause(thrown);
    }

    @Test
    @SuppressWarnings("NullAway") // what a check in an application without such checks may do
    void noVerdictEndsTheCall() {
        check = picture -> null;

        assertEnds("the image check failed at picture 1 of 3 (seed 1): it gave no verdict");
    }

    @Test
    void aReplacementOfAnotherSizeEndsTheCall() {
        check = picture -> new ImageCheck.Verdict.Replace(red(32, 64));

        assertEnds("the image check replaced picture 1 of 3 (seed 1) by one of 32x64, expected 64x64");
    }

    private static void assertEnds(String message) {
        long open = Tensor.open();
        assertThatThrownBy(() -> generate(pipeline))
                .isInstanceOf(GenerationException.class)
                .hasMessage(message);
        assertThat(Tensor.open()).isEqualTo(open);
    }

    private static BufferedImage red(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, Color.RED.getRGB());
            }
        }
        return image;
    }
}
