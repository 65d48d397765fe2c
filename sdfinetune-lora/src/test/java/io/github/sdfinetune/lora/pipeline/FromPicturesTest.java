package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.event.ProgressEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Image to image, inpainting, outpainting, variations. */
final class FromPicturesTest {
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
    void aSmallStrengthStaysNearThePicture() {
        assertThat(distance(0.25)).isLessThan(distance(1));
    }

    private static double distance(double strength) {
        byte[] roundTrip = tiny.rgb(generation().imageToImage(disc, 0));
        return distance(roundTrip, tiny.rgb(generation().imageToImage(disc, strength)));
    }

    private static double distance(byte[] one, byte[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs((one[i] & 0xff) - (other[i] & 0xff));
        }
        return sum / one.length;
    }

    /** Of 4 steps 0.24 leaves none, 0.25 one. */
    @Test
    void withoutAStepThePictureComesOutAsTheAutoencoderKnowsIt() {
        List<ProgressEvent> events = new ArrayList<>();
        byte[] roundTrip = tiny.pipeline()
                .generate(generation().imageToImage(disc, 0), events::add)
                .rgb();

        assertThat(events)
                .containsExactly(
                        new ProgressEvent.Preparing("encoding the picture", 1, 1),
                        new ProgressEvent.Preparing("decoding pictures", 1, 1));
        assertThat(tiny.rgb(generation().seed(99).imageToImage(disc, 0.24))).isEqualTo(roundTrip);
        assertThat(tiny.rgb(generation().imageToImage(disc, 0.25))).isNotEqualTo(roundTrip);
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "0.5, 2", "0.25, 1"})
    void theStrengthSaysHowManyStepsAreDone(double strength, int steps) {
        List<ProgressEvent> events = new ArrayList<>();
        tiny.pipeline().generate(generation().imageToImage(disc, strength), events::add);

        assertThat(events)
                .filteredOn(ProgressEvent.DenoisingStep.class::isInstance)
                .hasSize(steps)
                .last()
                .isEqualTo(new ProgressEvent.DenoisingStep(steps, steps));
    }

    static List<Sampler> samplers() {
        return Sampler.all();
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void everySamplerStartsFromAPicture(Sampler sampler) {
        byte[] rgb = tiny.rgb(generation().sampler(sampler).imageToImage(disc, 0.5));

        assertThat(rgb).isNotEqualTo(tiny.rgb(generation().sampler(sampler).imageToImage(disc, 0)));
    }

    @Test
    void aPictureIsPaintedAtItsOwnSizeOrTheOneAskedFor() {
        Picture odd = Picture.of(35, 21, new byte[3 * 35 * 21]);

        assertThat(tiny.generate(generation().imageToImage(odd, 0.5)))
                .extracting(GeneratedImage::width, GeneratedImage::height)
                .containsExactly(32, 16);
        assertThat(tiny.generate(generation().size(48, 24).imageToImage(odd, 0.5)))
                .extracting(GeneratedImage::width, GeneratedImage::height)
                .containsExactly(48, 24);
        assertThat(tiny.generate(generation().imageToImage(Picture.of(1, 1, new byte[3]), 0.5)))
                .extracting(GeneratedImage::width, GeneratedImage::height)
                .containsExactly(8, 8);
    }

    @Test
    void eachPictureOfABatchIsDifferent() {
        List<GeneratedImage> pictures = tiny.pipeline()
                .generateAll(generation().count(2).seeds(1, 2).imageToImage(disc, 0.5), ProgressListener.quiet());

        assertThat(pictures.get(0).rgb()).isNotEqualTo(pictures.get(1).rgb());
        assertThat(distance(pictures.get(0).rgb(), tiny.rgb(generation().seed(1).imageToImage(disc, 0.5))))
                .isLessThan(0.01);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereTheMaskIsBlackTheBytesStay(boolean onlyMasked) {
        Inpainting inpainting = Inpainting.of(disc, square(16)).withSoftMask();
        byte[] repainted = tiny.rgb(generation().inpainting(onlyMasked ? inpainting.onlyMasked(4) : inpainting));

        assertOnlyChanged(disc, repainted, square(16));
        assertThat(repainted).isNotEqualTo(disc.rgb());
    }

    private static void assertOnlyChanged(Picture before, byte[] after, Mask mask) {
        byte[] old = before.rgb();
        byte[] gray = mask.gray();
        assertThat(after).hasSameSizeAs(old);
        for (int i = 0; i < old.length; i++) {
            if (gray[i / 3] == 0) {
                assertThat(after[i]).as("byte %d", i).isEqualTo(old[i]);
            }
        }
    }

    /** A white square with a gray rim from 8 to 8 + side + 2. */
    private static Mask square(int side) {
        byte[] gray = new byte[64 * 64];
        for (int y = 0; y < side + 2; y++) {
            for (int x = 0; x < side + 2; x++) {
                boolean rim = x == 0 || y == 0 || x == side + 1 || y == side + 1;
                gray[(8 + y) * 64 + 8 + x] = (byte) (rim ? 100 : 255);
            }
        }
        return Mask.of(64, 64, gray);
    }

    @Test
    void aHardMaskCountsGrayAsBlackOrWhite() {
        byte[] repainted = tiny.rgb(generation().inpainting(Inpainting.of(disc, square(16))));
        byte[] gray = square(16).gray();
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) ((gray[i] & 0xff) == 255 ? 255 : 0);
        }

        assertOnlyChanged(disc, repainted, Mask.of(64, 64, gray));
    }

    @Test
    void picturesOfAnySizeAreRepaintedInPlace() {
        Picture odd = Picture.of(61, 43, new byte[3 * 61 * 43]);
        byte[] gray = new byte[61 * 43];
        gray[20 * 61 + 30] = (byte) 255;
        Mask mask = Mask.of(61, 43, gray);

        assertOnlyChanged(odd, tiny.rgb(generation().inpainting(Inpainting.of(odd, mask))), mask);
        assertOnlyChanged(
                odd, tiny.rgb(generation().inpainting(Inpainting.of(odd, mask).onlyMasked(3))), mask);
        assertOnlyChanged(odd, tiny.rgb(generation().size(32, 32).inpainting(Inpainting.of(odd, mask))), mask);
    }

    @Test
    void aBlackMaskKeepsThePicture() {
        Mask black = Mask.of(64, 64, new byte[64 * 64]);

        assertThat(tiny.rgb(generation().inpainting(Inpainting.of(disc, black))))
                .isEqualTo(disc.rgb());
        assertThatThrownBy(() -> tiny.rgb(
                        generation().inpainting(Inpainting.of(disc, black).onlyMasked(0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the mask of 64x64 is black all over");
    }

    @Test
    void outpaintingKeepsTheOldPicture() {
        GeneratedImage larger = tiny.generate(
                generation().outpainting(Outpainting.of(disc, 16, 0, 5, 8).withOverlap(0)));

        assertThat(larger.width()).isEqualTo(85);
        assertThat(larger.height()).isEqualTo(72);
        byte[] rgb = larger.rgb();
        byte[] old = disc.rgb();
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 3 * 64; x++) {
                assertThat(rgb[y * 3 * 85 + 3 * 16 + x]).isEqualTo(old[y * 3 * 64 + x]);
            }
        }
    }

    @Test
    void aVariationIsAnImageToImageWithoutWordsAndGuidance() {
        Generation variation =
                Generation.variationOf(disc, 0.5).sampler(Sampler.DDIM).steps(4).seed(7);

        assertThat(tiny.rgb(variation))
                .isEqualTo(tiny.rgb(Generation.of("")
                        .guidanceScale(0)
                        .sampler(Sampler.DDIM)
                        .steps(4)
                        .seed(7)
                        .imageToImage(disc, 0.5)))
                .isNotEqualTo(tiny.rgb(variation.guidanceScale(7).negativePrompt("a square")));
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        for (double strength : new double[] {-0.1, 1.1, Double.NaN}) {
            assertRefused(
                    () -> generation().imageToImage(disc, strength), "strength must be from 0 to 1, was " + strength);
            assertRefused(
                    () -> Inpainting.of(disc, square(1)).withStrength(strength),
                    "strength must be from 0 to 1, was " + strength);
            assertRefused(
                    () -> Outpainting.of(disc, 8, 0, 0, 0).withStrength(strength),
                    "strength must be from 0 to 1, was " + strength);
        }
        assertRefused(
                () -> Inpainting.of(disc, Mask.of(8, 4, new byte[32])),
                "the mask has 8x4 pixels, the picture 64x64; they must be equal");
        assertRefused(() -> Inpainting.of(disc, square(1)).onlyMasked(-1), "padding must be at least 0, was -1");
        assertRefused(
                () -> Outpainting.of(disc, 0, 0, 0, 0),
                "insets must be at least 0 and one of them above 0, were left 0, top 0, right 0, bottom 0");
        assertRefused(
                () -> Outpainting.of(disc, 8, -1, 0, 0),
                "insets must be at least 0 and one of them above 0, were left 8, top -1, right 0, bottom 0");
        assertRefused(() -> Outpainting.of(disc, 8, 0, 0, 0).withOverlap(-1), "overlap must be at least 0, was -1");
        assertRefused(
                () -> tiny.rgb(generation().size(20, 16).inpainting(Inpainting.of(disc, square(1)))),
                "width must be a multiple of 8, was 20 (nearest: 16, 24)");
    }

    private static void assertRefused(Runnable call, String message) {
        long open = Tensor.open();
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @Test
    void theParametersNameTheStrength() {
        assertThat(tiny.generate(generation().imageToImage(disc, 0.5)).parameters())
                .contains("Denoising strength: 0.5");
    }
}
