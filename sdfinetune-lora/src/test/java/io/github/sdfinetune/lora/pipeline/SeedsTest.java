package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.bytes;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.Sampler;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SeedsTest {
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

    static List<Sampler> samplers() {
        return Sampler.all();
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void theSeedDecidesThePicture(Sampler sampler) {
        Generation generation = generation().sampler(sampler);
        byte[] picture = tiny.rgb(generation.seed(1));

        assertThat(tiny.rgb(generation.seed(1))).isEqualTo(picture);
        assertThat(tiny.rgb(generation.seed(2))).isNotEqualTo(picture);
    }

    @Test
    void theSeedDecidesTheAdapter() throws Exception {
        byte[] adapter = bytes(tiny.train(training().dropout(0.2).seed(1).build()));

        assertThat(bytes(tiny.train(training().dropout(0.2).seed(1).build()))).isEqualTo(adapter);
        assertThat(bytes(tiny.train(training().dropout(0.2).seed(2).build()))).isNotEqualTo(adapter);
    }

    @Test
    void withoutASeedOneIsChosenThatGivesThePictureAgain() {
        Generation unseeded = Generation.of("a red disc").sampler(Sampler.DDIM).steps(2);
        GeneratedImage first = tiny.generate(unseeded);

        assertThat(tiny.rgb(unseeded.seed(first.seed()))).isEqualTo(first.rgb());
        assertThat(tiny.generate(unseeded).seed()).isNotEqualTo(first.seed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"DDIM", "DDPM", "Euler a", "DPM++ 2M SDE Karras"})
    void seedsGiveEachPictureAsItIsAlone(String sampler) {
        Generation generation = generation().sampler(Sampler.of(sampler)).count(2);

        List<GeneratedImage> pictures = all(generation.seeds(1, 2));

        assertThat(pictures).extracting(GeneratedImage::seed).containsExactly(1L, 2L);
        for (GeneratedImage picture : pictures) {
            assertEqualUpToRounding(picture.rgb(), tiny.rgb(generation.count(1).seed(picture.seed())));
        }
    }

    @Test
    void oneSeedIsOneGeneratorForAllPictures() {
        List<GeneratedImage> pictures = all(generation().count(2).seed(1));

        assertThat(pictures).extracting(GeneratedImage::seed).containsExactly(1L, 1L);
        assertEqualUpToRounding(pictures.get(0).rgb(), tiny.rgb(generation().seed(1)));
        assertThat(pictures.get(1).rgb()).isNotEqualTo(pictures.get(0).rgb());
    }

    @Test
    void promptsAreDenoisedTogetherAsEachAlone() {
        List<GeneratedImage> pictures =
                all(Generation.of("a red disc", "a blue square").steps(4).seeds(1, 2));

        assertEqualUpToRounding(
                pictures.get(1).rgb(),
                tiny.rgb(Generation.of("a blue square").steps(4).seed(2)));
    }

    private static void assertEqualUpToRounding(byte[] rgb, byte[] expected) {
        assertThat(rgb).hasSameSizeAs(expected);
        for (int i = 0; i < rgb.length; i++) {
            assertThat(Math.abs((rgb[i] & 0xff) - (expected[i] & 0xff)))
                    .as("colour %d", i)
                    .isLessThanOrEqualTo(1);
        }
    }

    private static List<GeneratedImage> all(Generation generation) {
        return tiny.pipeline().generateAll(generation, ProgressListener.quiet());
    }
}
