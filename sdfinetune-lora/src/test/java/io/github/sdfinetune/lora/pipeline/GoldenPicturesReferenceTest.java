package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.PipelineCase;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The pictures of diffusers by the public API alone: a folder is loaded, a generation described, its pictures compared. */
@Tag("reference")
final class GoldenPicturesReferenceTest {
    private static final String ZERO_TERMINAL_SNR = "rescale_betas_zero_snr";

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> pictures() {
        return Stream.of("sd1", "sd2v", "sdxl", "sd1-inpaint")
                .flatMap(name -> cases(name).tests(testCase -> check(testCase, name, UnaryOperator.identity())));
    }

    @TestFactory
    Stream<DynamicTest> controlledPictures() {
        return cases("sd1-controlnet").tests(testCase -> {
            try (ControlNet net = ControlNet.load(ReferenceFolder.get().path("models/sd1-controlnet"))) {
                check(testCase, "sd1", generation -> generation.control(new PipelineCase(testCase).control(net)));
            }
        });
    }

    private static ReferenceCases cases(String name) {
        return ReferenceCases.in("models/golden/" + name).ofKind("pipeline");
    }

    private void check(ReferenceCase testCase, String name, UnaryOperator<Generation> controlled) throws IOException {
        Path model = ReferenceFolder.get().path("models/" + name);
        assumeThat(model.resolve("tokenizer"))
                .as("in full only outside of the compact copy")
                .isDirectory();
        PipelineCase golden = new PipelineCase(testCase);
        Generation generation = started(controlled.apply(golden.generation()), golden);
        if (!isOwnSampler(golden, model)) {
            generation = generation.sampler(sampler(golden));
        }
        try (Pipeline pipeline = SmallModels.load(asTrained(golden, model))) {
            List<GeneratedImage> pictures = pipeline.generateAll(generation, ProgressListener.quiet());
            comparePictures(pictures, golden, golden.pixelTolerance(model));
        }
    }

    private static Generation started(Generation generation, PipelineCase golden) {
        if (!golden.hasPicture()) {
            return generation;
        }
        double strength = golden.params().number("strength", 1);
        return golden.hasMask()
                ? generation.inpainting(
                        Inpainting.of(golden.picture(), golden.mask()).withStrength(strength))
                : generation.imageToImage(golden.picture(), strength);
    }

    /** That a model has zero terminal SNR is said by its own files, not by a sampler. */
    private Path asTrained(PipelineCase golden, Path model) throws IOException {
        if (!golden.params().object("scheduler_overrides").has(ZERO_TERMINAL_SNR)) {
            return model;
        }
        Path copy = folder.resolve(golden.testCase().name());
        return ModelCopy.of(model, copy)
                .set("scheduler/scheduler_config.json", ZERO_TERMINAL_SNR, "true")
                .folder();
    }

    private static boolean isOwnSampler(PipelineCase golden, Path model) {
        JsonFile own = JsonFile.read(model.resolve("scheduler/scheduler_config.json"));
        return own.string("_class_name").equals(golden.params().string("scheduler"))
                && golden.params().object("scheduler_overrides").keys().isEmpty();
    }

    private static Sampler sampler(PipelineCase golden) {
        JsonFile overrides = golden.params().object("scheduler_overrides");
        Sampler named = Sampler.of(overrides
                .optionalString("algorithm_type")
                .orElse(golden.params().string("scheduler")));
        Sampler spread = overrides.flag("use_karras_sigmas", false) ? named.karras() : named;
        return switch (overrides.string("timestep_spacing", "")) {
            case "linspace" -> spread.linspace();
            case "trailing" -> spread.trailing();
            default -> spread;
        };
    }

    /** Where a mask is black the picture keeps its bytes, which diffusers sends through the VAE as well. */
    private static void comparePictures(List<GeneratedImage> pictures, PipelineCase golden, double tolerance) {
        float[] expected = golden.testCase().tensors().floats("out.image_u8"); // (pictures, height, width, 3)
        float[] actual = new float[expected.length];
        int at = 0;
        for (GeneratedImage picture : pictures) {
            for (byte value : picture.rgb()) {
                actual[at++] = value & 0xff;
            }
        }
        assertThat(at).isEqualTo(expected.length);
        if (golden.hasMask()) {
            keep(golden.picture().rgb(), golden.mask().gray(), expected);
        }
        FloatAssert.assertClose("out.image_u8", actual, expected, tolerance, 0);
    }

    private static void keep(byte[] rgb, byte[] mask, float... expected) {
        for (int i = 0; i < expected.length; i++) {
            if ((mask[i / 3] & 0xff) < 128) {
                expected[i] = rgb[i] & 0xff;
            }
        }
    }
}
