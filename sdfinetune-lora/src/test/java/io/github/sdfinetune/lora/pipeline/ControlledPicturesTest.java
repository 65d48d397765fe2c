package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.STEPS;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.difference;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.testing.TinyControlNet;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ControlNets together with pictures to start from, of models with 4 and with 9 input channels, and with a second pass. */
@Timeout(300)
final class ControlledPicturesTest {
    private static final int SIDE = 64;

    @TempDir
    private static Path folder;

    private static final List<Model> MODELS = new ArrayList<>();

    /** A model and a ControlNet for it. */
    private record Model(String name, Pipeline pipeline, ControlNet net) {
        byte[] rgb(Generation generation) {
            ByteArrayOutputStream pixels = new ByteArrayOutputStream();
            pipeline.generateAll(generation, ProgressListener.quiet())
                    .forEach(picture -> pixels.writeBytes(picture.rgb()));
            return pixels.toByteArray();
        }
    }

    /**
     * A generation without a ControlNet.
     *
     * @param width of the picture that it paints on, to which a control picture belongs
     */
    private record Case(String name, Model model, Generation generation, int width, int height) {
        byte[] rgb(Control control) {
            return model.rgb(generation.control(control));
        }

        Control control(long seed) {
            return Control.by(model.net, noise(width, height, seed));
        }

        @Override
        public String toString() {
            return name + ", " + model.name;
        }
    }

    @BeforeAll
    static void load() throws Exception {
        TinyPipeline tiny = TinyPipeline.in(folder);
        MODELS.add(new Model("4 channels", tiny.pipeline(), TinyControlNet.load(folder.resolve("net"), "")));
        Path reference = ReferenceFolder.get().path("models");
        Path inpainting = reference.resolve("sd1-inpaint");
        if (Files.isDirectory(inpainting.resolve("tokenizer"))) { // the compact copy has parts of models only
            LoadOptions options = LoadOptions.defaults().threads(1);
            ControlNet net = ControlNet.load(reference.resolve("sd1-controlnet"), options);
            MODELS.add(new Model("9 channels", SmallModels.load(inpainting), net));
        }
    }

    @AfterAll
    static void close() {
        MODELS.forEach(model -> {
            model.net.close();
            model.pipeline.close();
        });
    }

    private static Picture noise(int width, int height, long seed) {
        byte[] rgb = new byte[3 * width * height];
        new Random(seed).nextBytes(rgb);
        return Picture.of(width, height, rgb);
    }

    private static Mask leftHalf() {
        byte[] gray = new byte[SIDE * SIDE];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) (i % SIDE < SIDE / 2 ? 255 : 0);
        }
        return Mask.of(SIDE, SIDE, gray);
    }

    private static Generation generation() {
        return Generation.of("a red disc").sampler(Sampler.DDIM).steps(STEPS).seed(7);
    }

    static Stream<Case> cases() {
        return MODELS.stream().flatMap(model -> {
            Picture start = noise(SIDE, SIDE, 3);
            Inpainting inpainting = Inpainting.of(start, leftHalf());
            Generation plain = generation();
            Outpainting outpainting = Outpainting.of(start, 8, 16, 24, 0);
            return Stream.of(
                    new Case("image to image", model, plain.imageToImage(start, 0.5), SIDE, SIDE),
                    new Case("scaled", model, plain.size(48, 72).imageToImage(start, 0.5), 48, 72),
                    new Case("inpainting", model, plain.inpainting(inpainting), SIDE, SIDE),
                    new Case("in part", model, plain.inpainting(inpainting.withStrength(0.5)), SIDE, SIDE),
                    new Case("outpainting", model, plain.outpainting(outpainting), SIDE + 32, SIDE + 16),
                    new Case("batch", model, plain.inpainting(inpainting).count(2), SIDE, SIDE));
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theControlPictureDecides(Case start) {
        byte[] uncontrolled = start.model.rgb(start.generation);
        byte[] controlled = start.rgb(start.control(1));

        assertThat(controlled).hasSameSizeAs(uncontrolled).isNotEqualTo(uncontrolled);
        assertThat(start.rgb(start.control(2))).isNotEqualTo(controlled);
        assertThat(start.rgb(start.control(1))).isEqualTo(controlled);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void atScaleZeroNothingChangesAndNothingStaysOpen(Case start) {
        byte[] uncontrolled = start.model.rgb(start.generation);
        long open = Tensor.open();

        assertThat(start.rgb(start.control(1).scale(0))).isEqualTo(uncontrolled);
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aControlPictureOfAnotherSizeIsScaledToTheWholePicture(Case start) {
        Picture other = noise(40, 100, 1);
        Picture scaled = RgbImage.of(other).resized(start.width, start.height).toPicture();

        assertThat(start.rgb(Control.by(start.model.net, other)))
                .isEqualTo(start.rgb(Control.by(start.model.net, scaled)))
                .isNotEqualTo(start.rgb(start.control(1)));
    }

    static Stream<Model> models() {
        return MODELS.stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void whatAMaskLeavesKeepsItsBytes(Model model) {
        Picture start = noise(SIDE, SIDE, 3);
        byte[] painted = model.rgb(
                generation().inpainting(Inpainting.of(start, leftHalf())).control(model.net, noise(8, 8, 1)));

        for (int row = 0; row < SIDE; row++) {
            int middle = 3 * (row * SIDE + SIDE / 2);
            int end = 3 * (row + 1) * SIDE;
            assertThat(Arrays.copyOfRange(painted, middle, end))
                    .isEqualTo(Arrays.copyOfRange(start.rgb(), middle, end));
        }
    }

    /** Scaled by hand to the first pass, the control picture is the same there and a coarser one in the second. */
    @ParameterizedTest
    @MethodSource("models")
    void eachPassSeesTheControlPictureInItsOwnSize(Model model) {
        Picture fine = noise(72, 48, 1);
        Picture coarse = RgbImage.of(fine).resized(48, 32).toPicture();
        Generation small = generation().size(48, 32);
        HighResolution high = HighResolution.of(72, 48).withStrength(0.5);

        byte[] controlled = model.rgb(small.highResolution(high).control(model.net, fine));

        assertThat(model.rgb(small.control(model.net, coarse))).isEqualTo(model.rgb(small.control(model.net, fine)));
        assertThat(model.rgb(small.highResolution(high).control(model.net, coarse)))
                .isNotEqualTo(controlled);
        assertThat(model.rgb(small.highResolution(high))).isNotEqualTo(controlled);
        assertThat(model.rgb(small.highResolution(high)
                        .control(Control.by(model.net, fine).scale(0))))
                .isEqualTo(model.rgb(small.highResolution(high)));
    }

    @Test
    void eachPromptHasItsControlPictureInBothPasses() {
        Model model = MODELS.get(0);
        Generation prompts = Generation.of("a disc", "a square")
                .sampler(Sampler.DDIM)
                .steps(2)
                .count(2)
                .seeds(1, 2, 3, 4)
                .size(48, 32)
                .highResolution(HighResolution.of(72, 48).withStrength(0.5));
        Control black = strong(model, 0);
        Control white = strong(model, 255);
        int size = 3 * 72 * 48;

        byte[] together = model.rgb(prompts.control(strong(model, 0, 255)));
        byte[] first = model.rgb(prompts.control(black));
        byte[] second = model.rgb(prompts.control(white));

        assertThat(together).hasSize(4 * size);
        assertSimilar(Arrays.copyOfRange(together, 0, 2 * size), Arrays.copyOfRange(first, 0, 2 * size));
        assertSimilar(Arrays.copyOfRange(together, 2 * size, 4 * size), Arrays.copyOfRange(second, 2 * size, 4 * size));
        assertThat(difference(first, second)).isGreaterThan(10);
    }

    /** By pictures of one gray each, such that their difference is seen. */
    private static Control strong(Model model, int... grays) {
        Picture[] pictures = Arrays.stream(grays)
                .mapToObj(gray -> {
                    byte[] rgb = new byte[3 * 72 * 48];
                    Arrays.fill(rgb, (byte) gray);
                    return Picture.of(72, 48, rgb);
                })
                .toArray(Picture[]::new);
        return Control.by(model.net, pictures).scale(30);
    }

    /** But for rounding, since a control picture for all is added to all at once. */
    private static void assertSimilar(byte[] actual, byte[] expected) {
        assertThat(difference(actual, expected)).isLessThanOrEqualTo(1);
    }
}
