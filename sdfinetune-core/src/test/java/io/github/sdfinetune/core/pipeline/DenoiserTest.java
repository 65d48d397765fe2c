package io.github.sdfinetune.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.core.checkpoint.ModelSource;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.model.LoadedControlNet;
import io.github.sdfinetune.core.model.RandomModel;
import io.github.sdfinetune.core.prompt.PromptSteps;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.TinyControlNet;
import io.github.sdfinetune.core.unet.Conditioning;
import io.github.sdfinetune.core.unet.ControlResiduals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Predictions for a request against what the UNet says of each text alone, joined here by the formula. */
class DenoiserTest {
    private static final float SCALE = 4;
    private static final double TIMESTEP = 300;
    private static final double TOLERANCE = 2e-5;
    private static final PixelSize SIZE = new PixelSize(32, 24);
    private static final LatentShape SHAPE = new LatentShape(1, 4, 3, 4);
    private static final float[] LATENTS = normal(1, SHAPE.count());
    private static final Patches NONE = Patches.none();

    @TempDir
    private static Path folder;

    private static DiffusionModel model;
    private static ControlNet net;
    private static ControlNet otherNet;

    @BeforeAll
    static void load() throws Exception {
        Path path = folder.resolve("model");
        RandomModel.write(NewModel.tiny(1), path, ProgressListener.quiet());
        LoadOptions options = LoadOptions.defaults();
        model = DiffusionModel.load(ModelSource.open(path, options), options);
        net = TinyControlNet.load(folder.resolve("net"), "");
        otherNet = TinyControlNet.load(folder.resolve("other"), "'norm_num_groups': 16");
    }

    @AfterAll
    static void close() {
        otherNet.close();
        net.close();
        model.close();
    }

    private static float[] normal(long seed, int count) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static Generation request(String... prompts) {
        return Generation.of(prompts)
                .negativePrompt("a square")
                .guidanceScale(SCALE)
                .promptSyntax(PromptSyntax.A1111);
    }

    private static float[] predict(Generation generation) {
        return predict(generation, 0, 1);
    }

    /** As the pipeline does at one of its steps. */
    private static float[] predict(Generation generation, int step, int steps) {
        try (Scope scope = Scope.open()) {
            Guidance guidance =
                    new Guidance(generation.guidanceScale(), 0, generation.guidanceFrom(), generation.guidanceTo());
            Denoiser denoiser = new Denoiser(
                    model.unet(),
                    prompts(generation),
                    guidance,
                    Optional.empty(),
                    Controls.of(generation, SIZE, UnaryOperator.identity()),
                    NONE);
            LatentShape shape = new LatentShape(generation.pictures(), SHAPE.channels(), SHAPE.height(), SHAPE.width());
            return denoiser.predict(shape.repeat(LATENTS), shape, new Denoiser.Moment(step, steps, TIMESTEP));
        }
    }

    private static PromptBatch prompts(Generation generation) {
        return new PromptEncoder(model, NONE, ProgressListener.quiet()).encode(generation, PromptSteps.of(1), SIZE);
    }

    /** What the UNet says of a text, perhaps with ControlNets. */
    private static float[] alone(String text, Control... controls) {
        try (Scope scope = Scope.open()) {
            Generation generation = Generation.of(text).guidanceScale(1);
            Conditioning conditioning = prompts(generation).at(0, false).get(0).conditioning();
            Tensor latents = Tensor.of(LATENTS, SHAPE.dimensions(1));
            Tensor timesteps = Tensor.of(new float[] {(float) TIMESTEP}, 1);
            List<ControlResiduals> residuals = Arrays.stream(controls)
                    .map(control -> residuals(control, latents, timesteps, conditioning))
                    .toList();
            return model.unet()
                    .forward(latents, timesteps, conditioning, sum(residuals), NONE)
                    .toFloats();
        }
    }

    private static ControlResiduals residuals(
            Control control, Tensor latents, Tensor timesteps, Conditioning conditioning) {
        Picture picture = control.pictures().get(0);
        float[] pixels = new float[3 * picture.width() * picture.height()]; // channel by channel
        for (int i = 0; i < pixels.length; i++) {
            pixels[i % 3 * (pixels.length / 3) + i / 3] = (picture.rgb()[i] & 0xff) / 255f;
        }
        Tensor pictures = Tensor.of(pixels, 1, 3, picture.height(), picture.width());
        return LoadedControlNet.of(control.net())
                .evaluate(network -> network.forward(
                        latents,
                        timesteps,
                        conditioning,
                        network.embed(pictures),
                        control.scale(),
                        control.guessMode()));
    }

    private static Optional<ControlResiduals> sum(List<ControlResiduals> all) {
        if (all.isEmpty()) {
            return Optional.empty();
        }
        List<Tensor> down = new ArrayList<>();
        for (int i = 0; i < all.get(0).down().size(); i++) {
            int map = i;
            down.add(total(all.stream().map(each -> each.down().get(map)).toList()));
        }
        return Optional.of(new ControlResiduals(
                down, total(all.stream().map(ControlResiduals::mid).toList())));
    }

    private static Tensor total(List<Tensor> tensors) {
        float[] total = new float[tensors.get(0).toFloats().length];
        for (Tensor tensor : tensors) {
            float[] values = tensor.toFloats();
            for (int i = 0; i < total.length; i++) {
                total[i] += values[i];
            }
        }
        return Tensor.of(total, tensors.get(0).shape());
    }

    private interface Formula {
        float at(int i);
    }

    private static float[] computed(Formula formula) {
        float[] values = new float[SHAPE.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = formula.at(i);
        }
        return values;
    }

    private static void assertClose(float[] actual, float[] expected) {
        FloatAssert.assertClose("prediction", actual, expected, TOLERANCE, TOLERANCE);
    }

    @Test
    void promptsJoinedByAndArePushedAwayFromTheNegativeOneByTheirWeights() {
        float[] disc = alone("a red disc");
        float[] snow = alone("snow");
        float[] fog = alone("fog");
        float[] negative = alone("a square");

        assertClose(
                predict(request("a red disc :1.5 AND snow :0.6 AND fog :-0.4")),
                computed(i -> negative[i]
                        + SCALE
                                * (1.5f * (disc[i] - negative[i])
                                        + 0.6f * (snow[i] - negative[i])
                                        - 0.4f * (fog[i] - negative[i]))));
    }

    @Test
    void eachPictureOfABatchHasItsOwnWeights() {
        float[] disc = alone("a red disc");
        float[] snow = alone("snow");
        float[] negative = alone("a square");
        float[] both = predict(request("a red disc :0.5 AND snow :2", "snow :0.8"));

        assertClose(
                Arrays.copyOf(both, SHAPE.count()),
                computed(i -> negative[i] + SCALE * (0.5f * (disc[i] - negative[i]) + 2 * (snow[i] - negative[i]))));
        assertClose(
                Arrays.copyOfRange(both, SHAPE.count(), both.length),
                computed(i -> negative[i] + SCALE * 0.8f * (snow[i] - negative[i])));
    }

    @Test
    void withoutGuidanceTheWeightsAreThoseOfAMean() {
        float[] disc = alone("a red disc");
        float[] snow = alone("snow");

        assertClose(
                predict(request("a red disc :1.5 AND snow :0.5").guidanceScale(1)),
                computed(i -> 0.75f * disc[i] + 0.25f * snow[i]));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void outsideOfItsIntervalThereIsNoGuidance(int step) {
        float[] disc = alone("a red disc");
        float[] negative = alone("a square");
        boolean guided = step == 1 || step == 2;

        assertClose(
                predict(request("a red disc").guidanceInterval(0.25, 0.75), step, 4),
                guided ? computed(i -> negative[i] + SCALE * (disc[i] - negative[i])) : disc);
    }

    private static Control control(ControlNet net, long seed) {
        byte[] rgb = new byte[3 * SIZE.width() * SIZE.height()];
        new Random(seed).nextBytes(rgb);
        return Control.by(net, Picture.of(SIZE.width(), SIZE.height(), rgb));
    }

    @Test
    void aControlNetActsOnBothTexts() {
        Control control = control(net, 1);
        float[] disc = alone("a red disc", control);
        float[] negative = alone("a square", control);

        assertThat(disc).isNotEqualTo(alone("a red disc"));
        assertClose(
                predict(request("a red disc").control(control)),
                computed(i -> negative[i] + SCALE * (disc[i] - negative[i])));
    }

    @Test
    void inGuessModeItLeavesTheNegativePromptAlone() {
        Control control = control(net, 1).guessMode(true);
        float[] disc = alone("a red disc", control);
        float[] negative = alone("a square");

        assertClose(
                predict(request("a red disc").control(control)),
                computed(i -> negative[i] + SCALE * (disc[i] - negative[i])));
    }

    @Test
    void whatSeveralControlNetsAddIsAdded() {
        Control one = control(net, 1).scale(0.7);
        Control other = control(otherNet, 2).guessMode(true);
        float[] disc = alone("a red disc", one, other);
        float[] negative = alone("a square", one);

        assertClose(
                predict(request("a red disc").control(one).control(other)),
                computed(i -> negative[i] + SCALE * (disc[i] - negative[i])));
    }
}
