package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.core.testing.RelativeError;
import io.github.sdfinetune.core.weights.DType;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.event.ProgressEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The main job over a UNet that computes in bfloat16: trained, saved, and generated with. */
final class Bfloat16TrainingTest {
    @TempDir
    private static Path folder;

    private static Pipeline rounded;
    private static Trained ofRounded;
    private static Trained ofExact;

    /** What a training gave. */
    private record Trained(Adapter adapter, List<Double> losses) {}

    @BeforeAll
    static void train() throws Exception {
        Path model = folder.resolve("model");
        WideModel.write(model);
        Dataset pictures = Pictures.draw(folder.resolve("pictures"), 4);
        rounded = load(model, Precision.BFLOAT16);
        ofRounded = train(rounded, pictures);
        try (Pipeline exact = load(model, Precision.FLOAT32)) {
            ofExact = train(exact, pictures);
        }
    }

    @AfterAll
    static void close() {
        rounded.close();
    }

    private static Pipeline load(Path model, Precision precision) {
        return Pipeline.load(model, LoadOptions.defaults().threads(1).precision(precision));
    }

    private static Trained train(Pipeline pipeline, Dataset pictures) {
        List<Double> losses = new ArrayList<>();
        Adapter adapter = pipeline.train(pictures, training().steps(6).build(), event -> {
            if (event instanceof ProgressEvent.TrainingStep step) {
                losses.add(step.loss());
            }
        });
        return new Trained(adapter, losses);
    }

    @Test
    void theModelReallyComputesInBfloat16() {
        assertThat(rounded.info().precision()).isEqualTo(Precision.BFLOAT16);
        assertThat(rounded.info().notes()).isEmpty();
        assertThat(ofRounded.losses()).isNotEqualTo(ofExact.losses());
    }

    @Test
    void lossesAreNearThoseOfFloat32() {
        assertThat(ofRounded.losses()).hasSize(6);
        for (int i = 0; i < 6; i++) {
            assertThat(Math.abs(ofRounded.losses().get(i) / ofExact.losses().get(i) - 1))
                    .as("step %d", i + 1)
                    .isLessThan(0.02);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFileHoldsFloat32(AdapterFormat format) {
        Path file = folder.resolve(format + ".safetensors");
        ofRounded.adapter().save(file, format);

        SafetensorsFile saved = SafetensorsFile.open(file);

        assertThat(saved.names()).hasSizeGreaterThan(20);
        for (String name : saved.names()) {
            assertThat(saved.entry(name).dtype()).as(name).isEqualTo(DType.F32);
            if (!name.endsWith("alpha")) {
                assertThat(hasMoreDigitsThanBfloat16(saved.floats(name)))
                        .as(name)
                        .isTrue();
            }
        }
    }

    private static boolean hasMoreDigitsThanBfloat16(float... values) {
        for (float value : values) {
            if ((Float.floatToRawIntBits(value) & 0xffff) != 0) {
                return true;
            }
        }
        return false;
    }

    @Test
    void anAdapterChangesThePictureAsTheSameOneDoesInFloat32() {
        byte[] without = rounded.generate(generation()).rgb();
        byte[] with =
                rounded.generate(generation().with(ofRounded.adapter(), 1)).rgb();
        try (Pipeline exact = load(folder.resolve("model"), Precision.FLOAT32)) {
            byte[] exactWithout = exact.generate(generation()).rgb();
            byte[] exactWith =
                    exact.generate(generation().with(ofRounded.adapter(), 1)).rgb();

            assertThat(with).isNotEqualTo(without);
            assertThat(RelativeError.of(colours(with), colours(exactWith))).isLessThan(0.03);
            assertThat(RelativeError.of(colours(without), colours(exactWithout)))
                    .isLessThan(0.03);
            assertThat(RelativeError.of(colours(with), colours(without)))
                    .as("the effect of the adapter")
                    .isGreaterThan(2 * RelativeError.of(colours(with), colours(exactWith)));
        }
    }

    private static float[] colours(byte... rgb) {
        float[] colours = new float[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            colours[i] = rgb[i] & 0xff;
        }
        return colours;
    }
}
