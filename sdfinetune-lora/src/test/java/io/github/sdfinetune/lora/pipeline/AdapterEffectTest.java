package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.Dataset;
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

final class AdapterEffectTest {
    @TempDir
    private static Path folder;

    private static TinyPipeline tiny;
    private static Adapter adapter;
    private static byte[] without;
    private static byte[] with;

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
        adapter = tiny.train(training().alpha(3).steps(10).build());
        without = tiny.rgb(generation());
        with = tiny.rgb(generation().with(adapter, 1));
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    @Test
    void anAdapterChangesThePictureByItsScale() {
        assertThat(with).isNotEqualTo(without);
        assertThat(tiny.rgb(generation().with(adapter, 0))).isEqualTo(without);
        assertThat(tiny.rgb(generation().with(adapter, 0.5f)))
                .isNotEqualTo(with)
                .isNotEqualTo(without);
        assertThat(tiny.rgb(generation().with(adapter, -1))).isNotEqualTo(with).isNotEqualTo(without);
    }

    @Test
    void anAdapterThatIsNotAskedForHasNoEffect() {
        assertThat(tiny.rgb(generation())).isEqualTo(without);
    }

    @Test
    void severalAdaptersActTogether() {
        Adapter other = tiny.train(training().seed(9).build());
        byte[] both = tiny.rgb(generation().with(adapter, 1).with(other, 1));

        assertThat(both).isNotEqualTo(with).isNotEqualTo(tiny.rgb(generation().with(other, 1)));
        assertThat(tiny.rgb(generation().with(adapter, 1).with(other, 0))).isEqualTo(with);
    }

    @ParameterizedTest
    @EnumSource
    void anAdapterThatWasSavedAndLoadedGivesTheSamePicture(AdapterFormat format) {
        Path file = folder.resolve(format + ".safetensors");
        adapter.save(file, format);

        Adapter loaded = Adapter.load(file);

        assertThat(loaded.name()).isEqualTo(format.toString());
        assertThat(tiny.rgb(generation().with(loaded, 1))).isEqualTo(with);
    }

    @Test
    void theParametersOfAPictureNameTheAdapter() {
        assertThat(tiny.generate(generation().with(adapter, 0.5f)).parameters()).contains("Adapters: \"trained: 0.5\"");
    }

    /** The mean loss falls by far more than it varies only if the gradients are right. */
    @Test
    void trainingLearnsASinglePicture() throws Exception {
        Dataset one = Pictures.draw(folder.resolve("one"), 1);
        List<Double> losses = new ArrayList<>();
        tiny.pipeline().train(one, training().rank(8).steps(250).build(), event -> {
            if (event instanceof ProgressEvent.TrainingStep step) {
                losses.add(step.loss());
            }
        });

        assertThat(mean(losses.subList(200, 250))).isLessThan(0.8 * mean(losses.subList(0, 50)));
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
