package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PrecisionTest {
    private static final List<String> WEIGHTS = List.of(
            "unet/diffusion_pytorch_model.safetensors",
            "vae/diffusion_pytorch_model.safetensors",
            "text_encoder/model.safetensors");

    @TempDir
    private static Path folder;

    private static TinyPipeline tiny;

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyPrecisionGeneratesAndTrains(Precision precision) {
        try (Pipeline pipeline = load(tiny.model(), precision)) {
            byte[] picture = pipeline.generate(generation()).rgb();
            Adapter adapter = pipeline.train(tiny.pictures(), training().build(), ProgressListener.quiet());

            assertThat(picture).satisfies(rgb -> assertClose(rgb, tiny.rgb(generation())));
            assertThat(pipeline.generate(generation().with(adapter, 1)).rgb()).isNotEqualTo(picture);
        }
    }

    /** Rounding of single weights changes colours a little, a mistake by much. */
    private static void assertClose(byte[] rgb, byte[] expected) {
        double difference = 0;
        for (int i = 0; i < rgb.length; i++) {
            difference += Math.abs((rgb[i] & 0xff) - (expected[i] & 0xff));
        }
        assertThat(difference / rgb.length).as("mean difference of a colour").isLessThan(2);
    }

    @Test
    void float16IsAFormOfStorageOnly() throws IOException {
        ModelCopy rounded = ModelCopy.of(tiny.model(), folder.resolve("rounded"));
        for (String file : WEIGHTS) {
            rounded.safetensors(file).change(PrecisionTest::roundedToFloat16).write();
        }
        try (Pipeline float16 = load(tiny.model(), Precision.FLOAT16);
                Pipeline float32 = load(rounded.folder(), Precision.FLOAT32)) {
            assertThat(float16.generate(generation()).rgb())
                    .isEqualTo(float32.generate(generation()).rgb());
            assertThat(float16.info().precision()).isEqualTo(Precision.FLOAT16);
            assertThat(float16.info().notes()).isEmpty();
        }
    }

    /** To the nearest number with 11 significant bits, a tie to the even one; from 2^-24 on. */
    private static float roundedToFloat16(float value) {
        float unit = Math.scalb(1f, Math.max(Math.getExponent(value), -14) - 10);
        return (float) Math.rint(value / unit) * unit;
    }

    @Test
    void aNarrowUNetComputesInFloat32WhereBfloat16IsAskedFor() {
        try (Pipeline pipeline = load(tiny.model(), Precision.BFLOAT16)) {
            ModelInfo info = pipeline.info();

            assertThat(info.precision()).isEqualTo(Precision.FLOAT32);
            assertThat(info.notes())
                    .containsExactly("the UNet has blocks of fewer than 64 channels, too few for bfloat16, and computes"
                            + " in float32");
        }
    }

    @Test
    void aModelSaysWhatItIs() {
        ModelInfo info = tiny.pipeline().info();

        assertThat(info.precision()).isEqualTo(Precision.FLOAT32);
        assertThat(info.width()).isEqualTo(64);
        assertThat(info.height()).isEqualTo(64);
        assertThat(info.sizeMultiple()).isEqualTo(8);
        assertThat(info.parameters()).isBetween(1_000_000L, 4_000_000L);
        assertThat(info.notes()).isEmpty();
    }

    private static Pipeline load(Path model, Precision precision) {
        return Pipeline.load(model, LoadOptions.defaults().threads(1).precision(precision));
    }
}
