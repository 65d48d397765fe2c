package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.AdapterRegistry;
import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Metadata;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.SavedRequest;
import io.github.sdfinetune.SizeConditioning;
import io.github.sdfinetune.core.testing.TinyControlNet;
import io.github.sdfinetune.error.PictureFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is saved with a picture makes it again, byte for byte. */
class SavedRequestTest {
    @TempDir
    private static Path shared;

    private static TinyPipeline tiny;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() throws IOException {
        tiny = TinyPipeline.in(shared);
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    @Test
    void eachSettingIsRepeated() {
        repeats(
                Generation.of("a (red:1.3) disc, \"NaN\" \u00e9 \u732b")
                        .negativePrompt("a square")
                        .promptSyntax(PromptSyntax.A1111)
                        .sampler(Sampler.DPM_PP_2M_SDE.karras())
                        .steps(3)
                        .size(72, 64)
                        .guidanceScale(4.1)
                        .guidanceRescale(0.3)
                        .guidanceInterval(0.1, 0.9)
                        .clipSkip(1)
                        .tiledVae(true)
                        .sizeConditioning(SizeConditioning.of(80, 90))
                        .seed(-9_007_199_254_740_993L),
                RequestInputs.none());
    }

    /** And the hash is that of what was loaded, whatever stands there later. */
    @Test
    void aLoadedModelNeedsItsFilesNoMore() throws IOException {
        Path model = folder.resolve("model");
        NewModel.tiny(1).write(model);
        try (Pipeline pipeline = Pipeline.load(model, LoadOptions.defaults().threads(1))) {
            Files.write(model.resolve("unet/diffusion_pytorch_model.safetensors"), new byte[8]);

            assertThat(pipeline.modelHash()).isEqualTo(tiny.pipeline().modelHash());
            GeneratedImage picture = pipeline.generate(TinyPipeline.generation());
            assertThat(picture.rgb()).isEqualTo(tiny.rgb(TinyPipeline.generation()));
            assertThat(picture.parameters()).contains("Model hash: " + pipeline.modelHash());
        }
    }

    @Test
    void noiseOfTheSamplerIsRepeated() {
        repeats(TinyPipeline.generation().eta(0.7), RequestInputs.none());
    }

    @Test
    void spacingOfTimestepsIsRepeated() {
        Generation trailing = TinyPipeline.generation().sampler(Sampler.DDIM.trailing());
        repeats(trailing, RequestInputs.none());
        assertThat(tiny.generate(trailing).parameters()).contains("Sampler: DDIM Trailing,");
        assertThat(tiny.rgb(trailing)).isNotEqualTo(tiny.rgb(TinyPipeline.generation()));
    }

    @Test
    void pictureOfABatchWithOneSeedIsRepeated() {
        repeats(
                Generation.of("a red disc", "a blue disc")
                        .negativePrompt("a square", "a star")
                        .steps(2)
                        .count(2)
                        .seed(5),
                RequestInputs.none());
    }

    @Test
    void pictureOfABatchWithSeveralSeedsIsRepeated() {
        repeats(Generation.of("a red disc").steps(2).count(3).seeds(5, 8, 3), RequestInputs.none());
    }

    @Test
    void randomSeedIsRepeated() {
        repeats(Generation.of("a red disc").steps(2), RequestInputs.none());
    }

    @Test
    void secondPassIsRepeated() {
        repeats(
                TinyPipeline.generation()
                        .highResolution(HighResolution.of(96, 96)
                                .withSteps(3)
                                .withStrength(0.6)
                                .withUpscaling(HighResolution.Upscaling.LANCZOS)),
                RequestInputs.none());
    }

    @Test
    void picturesAndMasksAreKnownAgainByTheirPixels() {
        Picture picture = tiny.generate(TinyPipeline.generation()).picture();
        Mask mask = half(picture).blurred(3);
        RequestInputs inputs = RequestInputs.none()
                .with(Picture.of(1, 1, new byte[3]))
                .with(picture)
                .with(mask);
        repeats(TinyPipeline.generation().imageToImage(picture, 0.6), inputs);
        repeats(
                TinyPipeline.generation()
                        .inpainting(Inpainting.of(picture, mask)
                                .withSoftMask()
                                .withStrength(0.8)
                                .onlyMasked(8)),
                inputs);
        repeats(
                TinyPipeline.generation()
                        .outpainting(Outpainting.of(picture, 0, 8, 16, 24)
                                .withOverlap(4)
                                .withStrength(0.9)),
                inputs);
    }

    private static Mask half(Picture picture) {
        byte[] gray = new byte[picture.width() * picture.height()];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) (i % picture.width() < picture.width() / 2 ? 255 : 0);
        }
        return Mask.of(picture.width(), picture.height(), gray);
    }

    @Test
    void adaptersAreFoundByTheNameTheyWereTrainedUnder() {
        Adapter disc = tiny.train(TinyPipeline.training().name("disc").build());
        RequestInputs inputs = RequestInputs.none().with(AdapterRegistry.of(List.of(disc)));
        repeats(TinyPipeline.generation().with(disc, 0.7f), inputs);
        repeats(
                Generation.of("a disc <lora:disc:0.4>")
                        .promptSyntax(PromptSyntax.A1111)
                        .registry(inputs.registry())
                        .steps(2)
                        .seed(1),
                inputs);
    }

    @Test
    void aTrainedAdapterIsKnownAgainWhenItIsLoaded() {
        Adapter disc = tiny.train(TinyPipeline.training().name("disc").build());
        Path file = folder.resolve("disc.safetensors");
        disc.save(file, AdapterFormat.KOHYA);
        repeats(TinyPipeline.generation().with(disc, 0.7f), RequestInputs.none().with(Adapter.load(file)));
    }

    @Test
    void aRenamedAdapterIsKnownByItsHash() {
        Adapter disc = tiny.train(TinyPipeline.training().name("disc").build());
        Path file = folder.resolve("renamed.safetensors");
        disc.save(file);
        GeneratedImage picture = tiny.generate(TinyPipeline.generation().with(disc, 0.7f));

        Generation again = saved(picture).toGeneration(RequestInputs.none().with(Adapter.load(file)));
        assertThat(tiny.rgb(again)).isEqualTo(picture.rgb());
    }

    @Test
    void twoAdaptersOfOneNameAreToldApart() {
        Adapter disc = tiny.train(TinyPipeline.training().name("disc").build());
        Adapter other = tiny.train(TinyPipeline.training().name("disc").seed(6).build());
        repeats(
                TinyPipeline.generation().with(disc, 0.7f).with(other, 0.2f),
                RequestInputs.none().with(other).with(disc));
    }

    @Test
    void anotherAdapterOfTheSameNameIsRefused() {
        Adapter disc = tiny.train(TinyPipeline.training().name("disc").build());
        Adapter other = tiny.train(TinyPipeline.training().name("disc").seed(6).build());
        RequestInputs others = RequestInputs.none().with(AdapterRegistry.of(List.of(other)));
        Generation named = Generation.of("a disc <lora:disc:0.4>")
                .promptSyntax(PromptSyntax.A1111)
                .registry(AdapterRegistry.of(List.of(disc)))
                .steps(1);
        for (Generation generation : List.of(TinyPipeline.generation().with(disc, 1), named)) {
            SavedRequest request = saved(tiny.generate(generation));
            assertThatThrownBy(() -> request.toGeneration(others))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "to repeat the picture %s, the adapter \"disc\" with the hash %s (the one that is given has %s)"
                                    + " must be given",
                            folder.resolve("picture.png"), disc.hash(), other.hash());
        }
    }

    @Test
    void anAdapterOfThePromptIsNotMissedIfAnotherPromptFollows() {
        Adapter disc = tiny.train(TinyPipeline.training().name("disc").build());
        SavedRequest request = saved(tiny.generate(Generation.of("a disc <lora:disc:0.4>")
                .promptSyntax(PromptSyntax.A1111)
                .registry(AdapterRegistry.of(List.of(disc)))
                .steps(1)));
        Generation again = request.toGeneration(RequestInputs.none());
        assertThat(tiny.generate(again.prompts("a disc")).parameters()).startsWith("a disc\n");
        assertThatThrownBy(() -> tiny.generate(again))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no adapter is called \"disc\"");
    }

    @Test
    void gridIsRepeatedAsAWhole() throws IOException {
        Generation generation = Generation.of("a red disc").steps(2).count(3).seed(5);
        List<GeneratedImage> images = tiny.pipeline().generateAll(generation, ProgressListener.quiet());
        Path first = folder.resolve("first.png");
        GeneratedImage grid = GeneratedImage.grid(images);
        grid.save(first);
        assertThat(grid.picture())
                .isEqualTo(Picture.grid(
                        images.stream().map(GeneratedImage::picture).toList()));
        assertThat(grid.seed()).isEqualTo(5);
        assertThat(grid.parameters()).isEqualTo(images.get(0).parameters());

        SavedRequest request = SavedRequest.read(first);
        assertThat(request.pictures()).containsExactly(0, 1, 2);
        assertThat(request.notes()).isEmpty();
        List<GeneratedImage> again =
                tiny.pipeline().generateAll(request.toGeneration(RequestInputs.none()), ProgressListener.quiet());
        Path second = folder.resolve("second.png");
        GeneratedImage.grid(again).save(second);
        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void gridOfSeveralCallsIsRefused() {
        GeneratedImage one = tiny.generate(TinyPipeline.generation());
        GeneratedImage other = tiny.generate(TinyPipeline.generation());
        assertThatThrownBy(() -> GeneratedImage.grid(List.of(one, other)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the pictures of a grid must be of one call, but number 2 is of another than the first;"
                        + " Picture.grid joins any");
    }

    @Test
    void theModelAndHowItWasLoadedAreSaid() {
        SavedRequest request = saved(tiny.generate(TinyPipeline.generation()));
        assertThat(request.modelHash().orElseThrow())
                .matches("[0-9a-f]{10}")
                .isEqualTo(tiny.pipeline().modelHash());
        assertThat(request.precision()).contains(Precision.FLOAT32);
        assertThat(request.device()).contains("cpu");
        assertThat(request.parameters())
                .endsWith(", Version: sdfinetune " + request.library().orElseThrow());
    }

    @Test
    void controlNetsAreFoundByTheirHashes() throws IOException {
        Picture picture = tiny.generate(TinyPipeline.generation()).picture();
        try (ControlNet net = TinyControlNet.load(folder.resolve("edges"), "")) {
            Generation generation = TinyPipeline.generation()
                    .control(
                            Control.by(net, picture).scale(0.7).during(0.1, 0.8).guessMode(true));
            repeats(generation, RequestInputs.none().with(net).with(picture));
            SavedRequest request = saved(tiny.generate(generation));
            assertThatThrownBy(() -> request.toGeneration(RequestInputs.none()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("the ControlNet \"edges\"", "the control picture (64x64 pixels, SHA-256 ");
            assertThat(request.parameters()).contains(", ControlNet 0: \"Module: none, Model: edges, Weight: 0.7, ");
            refusesAnother(request, net, picture);
        }
    }

    private void refusesAnother(SavedRequest request, ControlNet net, Picture picture) throws IOException {
        try (ControlNet other =
                TinyControlNet.load(folder.resolve("other").resolve("edges"), "'layers_per_block': 2")) {
            RequestInputs others = RequestInputs.none().with(picture).with(other);
            assertThatThrownBy(() -> request.toGeneration(others))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "the ControlNet \"edges\" with the hash %s (the one that is given has %s)",
                            net.hash(), other.hash());
            assertThat(request.toGeneration(others.with(net)).controls().get(0).net())
                    .isSameAs(net);
        }
    }

    @Test
    void everythingThatIsMissingIsNamedTogether() {
        Picture picture = tiny.generate(TinyPipeline.generation()).picture();
        Adapter disc = tiny.train(TinyPipeline.training().name("disc").build());
        SavedRequest request = saved(tiny.generate(
                TinyPipeline.generation().with(disc, 1).inpainting(Inpainting.of(picture, half(picture)))));
        assertThatThrownBy(() -> request.toGeneration(RequestInputs.none()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "the adapter \"disc\"",
                        "the picture to start from (64x64 pixels, SHA-256 ",
                        "the mask (64x64 pixels, SHA-256 ");
    }

    @Test
    void whatIsGivenInsteadIsNamed() {
        Picture picture = tiny.generate(TinyPipeline.generation()).picture();
        Mask mask = half(picture);
        SavedRequest request =
                saved(tiny.generate(TinyPipeline.generation().inpainting(Inpainting.of(picture, mask.blurred(2)))));
        RequestInputs unblurred = RequestInputs.none().with(picture).with(mask);
        assertThatThrownBy(() -> request.toGeneration(unblurred))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(".*, the mask \\(64x64 pixels, SHA-256 \\w{64}, which is not what is given:"
                        + " 64x64 pixels, SHA-256 \\w{64}\\) must be given");
    }

    @Test
    void fileSaysNothingOnRequest() {
        Path png = folder.resolve("bare.png");
        GeneratedImage image = tiny.generate(TinyPipeline.generation());
        image.save(png, Metadata.NONE);
        assertThat(Picture.read(png)).isEqualTo(image.picture());
        assertThatThrownBy(() -> SavedRequest.read(png))
                .isInstanceOf(PictureFormatException.class)
                .hasMessageContaining("does not say what made it");
    }

    private void repeats(Generation generation, RequestInputs inputs) {
        List<GeneratedImage> images = tiny.pipeline().generateAll(generation, ProgressListener.quiet());
        int last = images.size() - 1;
        SavedRequest request = saved(images.get(last));
        assertThat(request.pictures()).containsExactly(last);
        assertThat(request.notes()).isEmpty();
        assertThat(request.model()).contains("model");
        assertThat(request.parameters()).isEqualTo(images.get(last).parameters());
        List<GeneratedImage> again =
                tiny.pipeline().generateAll(request.toGeneration(inputs), ProgressListener.quiet());
        assertThat(again.get(last).picture()).isEqualTo(images.get(last).picture());
        assertThat(again.get(last).parameters()).isEqualTo(images.get(last).parameters());
    }

    private SavedRequest saved(GeneratedImage image) {
        Path png = folder.resolve("picture.png");
        image.save(png);
        return SavedRequest.read(png);
    }
}
