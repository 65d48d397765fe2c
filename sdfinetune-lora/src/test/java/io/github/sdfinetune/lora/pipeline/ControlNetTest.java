package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.TinyControlNet;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.event.ProgressEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
final class ControlNetTest {
    private static final int SIDE = 64;
    private static final Picture NOISE = noise(1);
    private static final Picture OTHER_NOISE = noise(2);

    @TempDir
    private static Path folder;

    private static TinyPipeline tiny;
    private static ControlNet net;
    private static byte[] uncontrolled;
    private static byte[] controlled;

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
        net = TinyControlNet.load(folder.resolve("net"), "");
        uncontrolled = tiny.rgb(generation());
        controlled = tiny.rgb(generation().control(net, NOISE));
    }

    @AfterAll
    static void close() {
        net.close();
        tiny.close();
    }

    private static Picture noise(long seed) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        new Random(seed).nextBytes(rgb);
        return Picture.of(SIDE, SIDE, rgb);
    }

    /** The left half of one picture, the right half of another. */
    private static Picture halves(Picture left, Picture right) {
        byte[] rgb = left.rgb();
        byte[] others = right.rgb();
        for (int i = 0; i < rgb.length; i++) {
            if (i / 3 % SIDE >= SIDE / 2) {
                rgb[i] = others[i];
            }
        }
        return Picture.of(SIDE, SIDE, rgb);
    }

    @Test
    void whereOnlyTheMaskedRegionIsPaintedItSeesThatRegion() {
        byte[] mask = new byte[SIDE * SIDE];
        for (int y = 0; y < SIDE / 2; y++) {
            Arrays.fill(mask, y * SIDE, y * SIDE + SIDE / 2, (byte) 255);
        }
        Generation painting = generation()
                .inpainting(Inpainting.of(NOISE, Mask.of(SIDE, SIDE, mask)).onlyMasked(0));
        byte[] painted = tiny.rgb(painting.control(net, NOISE));

        assertThat(tiny.rgb(painting.control(net, halves(NOISE, OTHER_NOISE)))).isEqualTo(painted);
        assertThat(tiny.rgb(painting.control(net, halves(OTHER_NOISE, NOISE)))).isNotEqualTo(painted);
    }

    @Test
    void aSingleFileActsAsItsFolder() throws IOException {
        Path published = folder.resolve("published");
        try (ControlNet whole = TinyControlNet.load(published, "'attention_head_dim': 8, 'norm_num_groups': 32")) {
            Path file = Files.copy(
                    published.resolve("diffusion_pytorch_model.safetensors"), folder.resolve("one.safetensors"));
            try (ControlNet one = ControlNet.load(file, LoadOptions.defaults().threads(1))) {
                assertThat(one.name()).isEqualTo("one.safetensors");
                byte[] picture = tiny.rgb(generation().control(one, NOISE));
                assertThat(picture).isEqualTo(tiny.rgb(generation().control(whole, NOISE)));
                assertThat(picture).isNotEqualTo(uncontrolled);
            }
        }
    }

    private static Control control() {
        return Control.by(net, NOISE);
    }

    private static byte[] rgb(Control control) {
        return tiny.rgb(generation().control(control));
    }

    @Test
    void theControlPictureDecides() {
        assertThat(controlled).isNotEqualTo(uncontrolled);
        assertThat(tiny.rgb(generation().control(net, OTHER_NOISE))).isNotEqualTo(controlled);
        assertThat(tiny.rgb(generation().control(net, NOISE))).isEqualTo(controlled);
    }

    @Test
    void withoutScaleOrStepsItDoesNotAct() {
        assertThat(rgb(control().scale(0))).isEqualTo(uncontrolled);
        assertThat(rgb(control().during(0, 0))).isEqualTo(uncontrolled);
        assertThat(rgb(control().during(0.6, 0.7))).isEqualTo(uncontrolled); // no whole step of four
    }

    @Test
    void aStepCountsThatLiesBetweenStartAndEnd() {
        byte[] firstHalf = rgb(control().during(0, 0.5));

        assertThat(firstHalf).isNotEqualTo(controlled).isNotEqualTo(uncontrolled);
        assertThat(rgb(control().during(0, 0.7))).isEqualTo(firstHalf);
        assertThat(rgb(control().during(0.25, 0.5))).isNotEqualTo(firstHalf);
    }

    @Test
    void severalActTogether() {
        Control half = control().scale(0.5);
        Control other = Control.by(net, OTHER_NOISE);

        assertSimilar(tiny.rgb(generation().control(half).control(half)), controlled);
        byte[] both = tiny.rgb(generation().control(control()).control(other));
        assertThat(both).isNotEqualTo(controlled).isNotEqualTo(rgb(other));
        assertSimilar(tiny.rgb(generation().control(other).control(control())), both);
    }

    private static void assertSimilar(byte[] actual, byte[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i] & 0xff).as("byte %d", i).isCloseTo(expected[i] & 0xff, within(1));
        }
    }

    @Test
    void guessModeActsDifferentlyAndWithoutAPrompt() {
        assertThat(rgb(control().guessMode(true))).isNotEqualTo(controlled).isNotEqualTo(uncontrolled);

        Generation empty = Generation.of("").steps(2).seed(3);
        Control guessing = control().guessMode(true);
        assertThat(tiny.rgb(empty.control(guessing))).isNotEqualTo(tiny.rgb(empty));
        assertThat(tiny.rgb(empty.control(guessing))).isNotEqualTo(tiny.rgb(empty.control(control())));
        Generation unguided = empty.guidanceScale(1);
        assertThat(tiny.rgb(unguided.control(guessing))).isNotEqualTo(tiny.rgb(unguided.control(control())));
    }

    @Test
    void eachPromptHasItsPicture() {
        Generation two = Generation.of("a disc", "a square").count(2).steps(2).seeds(1, 2, 3, 4);
        List<GeneratedImage> together =
                tiny.pipeline().generateAll(two.control(Control.by(net, NOISE, OTHER_NOISE)), ProgressListener.quiet());

        Generation second = Generation.of("a square").steps(2);
        assertSimilar(together.get(2).rgb(), tiny.rgb(second.seed(3).control(net, OTHER_NOISE)));
        assertSimilar(together.get(3).rgb(), tiny.rgb(second.seed(4).control(net, OTHER_NOISE)));
        Generation first = Generation.of("a disc").steps(2);
        assertSimilar(together.get(1).rgb(), tiny.rgb(first.seed(2).control(net, NOISE)));
    }

    @Test
    void aPictureOfAnotherSizeIsScaled() {
        Picture small = Picture.of(2, 3, new byte[18]);
        Picture black = Picture.of(SIDE, SIDE, new byte[3 * SIDE * SIDE]);

        assertThat(tiny.rgb(generation().control(net, small)))
                .isEqualTo(tiny.rgb(generation().control(net, black)));
        assertThat(tiny.rgb(generation().size(72, 40).control(net, NOISE))).hasSize(3 * 72 * 40);
    }

    @Test
    void theOrderOfTheChannelsIsTheNetworks(@TempDir Path other) throws IOException {
        byte[] swapped = NOISE.rgb();
        for (int i = 0; i < swapped.length; i += 3) {
            byte red = swapped[i];
            swapped[i] = swapped[i + 2];
            swapped[i + 2] = red;
        }
        try (ControlNet blueFirst = TinyControlNet.load(other, "'controlnet_conditioning_channel_order': 'bgr'")) {
            assertThat(tiny.rgb(generation().control(blueFirst, Picture.of(SIDE, SIDE, swapped))))
                    .isEqualTo(controlled);
        }
    }

    @Test
    void aNetworkThatAveragesOverThePictureActsOnThePromptAlone(@TempDir Path other) throws IOException {
        try (ControlNet pooling = TinyControlNet.load(other, "'global_pool_conditions': true")) {
            Control plain = Control.by(pooling, NOISE);
            assertThat(rgb(plain)).isNotEqualTo(uncontrolled).isNotEqualTo(controlled);
            assertThat(rgb(plain.guessMode(true))).isEqualTo(rgb(plain));
        }
    }

    @Test
    void thePrecisionMayDifferFromThePipelines(@TempDir Path other) throws IOException {
        TinyControlNet.write(other, "");
        try (ControlNet half = ControlNet.load(
                other, LoadOptions.defaults().precision(Precision.FLOAT16).threads(1))) {
            assertThat(tiny.rgb(generation().control(half, NOISE))).isNotEqualTo(uncontrolled);
        }
    }

    @Test
    void manyGenerationsLeaveNoTensorsOpen() {
        long open = Tensor.open();
        for (int i = 0; i < 5; i++) {
            tiny.rgb(generation().steps(2).control(control().guessMode(true)).control(control()));
        }
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @Test
    void closingFreesAllTensorsAndAClosedOneIsRefused(@TempDir Path other) throws IOException {
        long open = Tensor.open();
        ControlNet closed = TinyControlNet.load(other, "");
        assertThat(Tensor.open()).isGreaterThan(open);
        closed.close();
        closed.close();

        assertThatThrownBy(() -> tiny.rgb(generation().control(closed, NOISE)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ControlNet is closed: " + other);
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @Test
    void closingEndsTheGenerationUnderWay(@TempDir Path other) throws IOException {
        long open = Tensor.open();
        ControlNet closing = TinyControlNet.load(other, "");
        List<String> events = new ArrayList<>();

        assertThatThrownBy(() -> tiny.pipeline().generate(generation().control(closing, NOISE), event -> {
                    events.add(event.toString());
                    closing.close();
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ControlNet is closed: " + other);

        assertThat(events).hasSize(1);
        assertThat(Tensor.open()).isEqualTo(open);
        assertThat(tiny.rgb(generation())).isEqualTo(uncontrolled);
    }

    @Test
    void threadsShareOne() throws Exception {
        List<byte[]> results = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                byte[] rgb = rgb(control());
                synchronized (results) {
                    results.add(rgb);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(results).hasSize(4).allSatisfy(rgb -> assertThat(rgb).isEqualTo(controlled));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            'cross_attention_dim': 32 | for Stable Diffusion 1.x | 'cross_attention_dim' is 32, expected 64
            'cross_attention_dim': 48, 'use_linear_projection': true | for Stable Diffusion 2.x | 'cross_attention_dim' is 48
            'addition_embed_type': 'text_time', 'addition_time_embed_dim': 8, 'projection_class_embeddings_input_dim': 80 | for Stable Diffusion XL | 'projection_class_embeddings_input_dim' is 80, expected 0
            'block_out_channels': [32, 32] | for Stable Diffusion 1.x | 'block_out_channels' is [32, 32], expected [32, 64]
            'layers_per_block': 2 | for Stable Diffusion 1.x | 'layers_per_block' is [2, 2], expected [1, 1]
            'in_channels': 9 | for Stable Diffusion 1.x | 'in_channels' is 9, expected 4
            'conditioning_embedding_out_channels': [4, 4, 8] | for Stable Diffusion 1.x | smaller by 4, the VAE's by 8
            """)
    void aControlNetForAnotherModelIsRefused(String keys, String family, String difference, @TempDir Path other)
            throws IOException {
        try (ControlNet misfit = TinyControlNet.load(other, keys)) {
            assertThatThrownBy(() -> tiny.rgb(generation().control(misfit, NOISE)))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageStartingWith(other + ": a ControlNet " + family)
                    .hasMessageContaining("does not fit this model, Stable Diffusion 1.x")
                    .hasMessageContaining(difference);
        }
    }

    @Test
    void aControlNetForAnotherModelIsRefusedBeforeAnyWorkEvenIfItWouldNotAct(@TempDir Path other) throws IOException {
        // The long prompt is warned of when it is encoded, the picture when it is.
        Generation generation = generation().negativePrompt("very ".repeat(100));
        List<Generation> generations = List.of(
                generation,
                generation.imageToImage(NOISE, 0.5),
                generation.imageToImage(NOISE, 0),
                generation.steps(1));
        try (ControlNet misfit = TinyControlNet.load(other, "'cross_attention_dim': 32")) {
            Control acting = Control.by(misfit, NOISE);
            for (Control control : List.of(acting, acting.scale(0), acting.during(0, 0), acting.during(0.6, 0.7))) {
                for (Generation with : generations) {
                    List<ProgressEvent> heard = new ArrayList<>();
                    assertThatThrownBy(() -> tiny.pipeline()
                                    .generate(with.control(net, NOISE).control(control), heard::add))
                            .isInstanceOf(ModelFormatException.class)
                            .hasMessageContaining("does not fit this model, Stable Diffusion 1.x");
                    assertThat(heard).isEmpty();
                }
            }
        }
    }

    @Test
    void settingsOutOfRangeAreRefusedWhenTheyAreMade() {
        assertThatThrownBy(() -> Control.by(net)).hasMessage("the ControlNet net needs a control picture");
        assertThatThrownBy(() -> control().scale(Double.NaN))
                .hasMessage("the scale of a ControlNet must be finite, was NaN");
        assertThatThrownBy(() -> control().during(0.5, 0.4))
                .hasMessage("a ControlNet must act during 0 <= start <= end <= 1, was start 0.5 and end 0.4");
        assertThatThrownBy(() -> control().during(0, 1.1)).hasMessageContaining("end 1.1");
        assertThatThrownBy(() -> generation().control(Control.by(net, NOISE, NOISE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("one control picture or one for each of the 1 prompts is needed, not 2");
    }

    @Test
    void aDamagedFolderIsRefused(@TempDir Path other) throws IOException {
        Path file = Files.writeString(other.resolve("control.txt"), "nothing");
        assertRefused(file, "has 7 bytes, no safetensors file is so short");
        assertRefused(other.resolve("absent"), "no such file or folder");
        assertRefused(tiny.model(), tiny.model() + ": has no config.json, expected a ControlNet in diffusers' layout");
        assertRefused(tiny.model().resolve("unet"), "\"UNet2DConditionModel\", expected \"ControlNetModel\"");

        Path incomplete = other.resolve("incomplete");
        TinyControlNet.write(incomplete, "");
        EditedSafetensors.read(incomplete.resolve("diffusion_pytorch_model.safetensors"))
                .remove("controlnet_mid_block.weight")
                .write();
        assertRefused(incomplete, "controlnet_mid_block.weight");
    }

    private static void assertRefused(Path path, String message) {
        long open = Tensor.open();
        assertThatThrownBy(() -> ControlNet.load(path))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(message);
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @Test
    void oneServesSeveralPipelines() {
        try (Pipeline second =
                Pipeline.load(tiny.model(), LoadOptions.defaults().threads(1))) {
            assertThat(second.generate(generation().control(net, NOISE)).rgb()).isEqualTo(controlled);
        }
    }
}
