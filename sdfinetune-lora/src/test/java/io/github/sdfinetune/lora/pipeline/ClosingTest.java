package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.ImageCheck;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.event.ProgressEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each test on a thread of its own, which the timeout leaves behind if it hangs. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
final class ClosingTest {
    @TempDir
    private static Path folder;

    private static Path model;
    private static Dataset pictures;

    @BeforeAll
    static void write() throws Exception {
        model = folder.resolve("model");
        NewModel.tiny(1).write(model);
        pictures = Pictures.draw(folder.resolve("pictures"), 1);
    }

    @Test
    void closingFreesAllTensors() {
        long before = Tensor.open();
        try (Pipeline pipeline = Pipeline.load(model)) {
            pipeline.generate(generation());
            assertThat(Tensor.open()).isGreaterThan(before);
        }
        assertThat(Tensor.open()).isEqualTo(before);
    }

    @Test
    void aClosedPipelineRefusesEveryCallAndMayBeClosedAgain() {
        Pipeline pipeline = Pipeline.load(model);
        pipeline.close();
        pipeline.close();

        assertClosed(pipeline::info);
        assertClosed(() -> pipeline.generate(generation()));
        assertClosed(() -> pipeline.train(pictures, training().build(), ProgressListener.quiet()));
    }

    private static void assertClosed(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessage("Pipeline is closed");
    }

    /** The two kinds of long calls. */
    enum Call {
        GENERATE {
            @Override
            void run(Pipeline pipeline, ProgressListener listener) {
                pipeline.generate(generation(), listener);
            }
        },
        TRAIN {
            @Override
            void run(Pipeline pipeline, ProgressListener listener) {
                pipeline.train(pictures, training().build(), listener);
            }
        };

        abstract void run(Pipeline pipeline, ProgressListener listener);
    }

    /** Does something at the first step, after which no step may follow. */
    private static ProgressListener atStepOne(Runnable action) {
        return event -> {
            if (!(event instanceof ProgressEvent.Preparing)) {
                assertThat(event.toString()).contains("step=1,");
                action.run();
            }
        };
    }

    private static void assertEndsAtStepOne(Call call, Pipeline pipeline, Runnable closing) {
        assertThatThrownBy(() -> call.run(pipeline, atStepOne(closing)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("Pipeline is closed; the call under way ended at \\w+Step\\[step=1, .*]");
        assertClosed(pipeline::info);
    }

    @ParameterizedTest
    @EnumSource
    void closingFromAListenerEndsItsCallAndFreesAllTensors(Call call) {
        long before = Tensor.open();
        Pipeline pipeline = Pipeline.load(model);

        assertEndsAtStepOne(call, pipeline, pipeline::close);

        assertThat(Tensor.open()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void aListenerMayWaitForAnotherThreadThatCloses(Call call) {
        long before = Tensor.open();
        Pipeline pipeline = Pipeline.load(model);

        assertEndsAtStepOne(
                call,
                pipeline,
                () -> CompletableFuture.runAsync(pipeline::close).join());

        assertThat(Tensor.open()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void closingFromAnotherThreadEndsACallWhereverItIs(Call call) throws Exception {
        long before = Tensor.open();
        Pipeline pipeline = Pipeline.load(model);
        Thread closer = new Thread(pipeline::close);
        AtomicBoolean started = new AtomicBoolean();

        assertThatThrownBy(() -> {
                    while (true) {
                        call.run(pipeline, event -> {
                            if (started.compareAndSet(false, true)) {
                                closer.start();
                            }
                        });
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Pipeline is closed");

        closer.join();
        assertThat(Tensor.open()).isEqualTo(before);
    }

    @Test
    void anImageCheckMayCloseAndItsCallStillGivesItsPicture() {
        AtomicReference<Pipeline> loaded = new AtomicReference<>();
        Pipeline pipeline = Pipeline.load(model, LoadOptions.defaults().imageCheck(picture -> {
            CompletableFuture.runAsync(() -> loaded.get().close()).join();
            loaded.get().close();
            return ImageCheck.pass();
        }));
        loaded.set(pipeline);

        assertThat(pipeline.generate(generation()).rgb()).isNotEmpty();
        assertClosed(pipeline::info);
    }

    @Test
    void pipelinesAreIndependentOfEachOther() {
        try (Pipeline first = Pipeline.load(model)) {
            byte[] picture = first.generate(generation()).rgb();
            Adapter adapter;
            try (Pipeline second = Pipeline.load(model)) {
                adapter = second.train(pictures, training().build(), ProgressListener.quiet());
            }
            assertThat(first.generate(generation()).rgb()).isEqualTo(picture);
            assertThat(first.generate(generation().with(adapter, 1)).rgb()).isNotEqualTo(picture);
        }
    }

    @Test
    void aFailedLoadLeavesNothingOpen() throws Exception {
        ModelCopy damaged = ModelCopy.of(model, folder.resolve("damaged"));
        damaged.safetensors("text_encoder/model.safetensors")
                .remove("text_model.final_layer_norm.bias")
                .write();
        long before = Tensor.open();

        assertThatThrownBy(() -> Pipeline.load(damaged.folder())).isInstanceOf(ModelFormatException.class);

        assertThat(Tensor.open()).isEqualTo(before);
    }

    @Test
    void anInterruptedWriteOfAModelLeavesNothing() {
        long before = Tensor.open();
        Path target = folder.resolve("interrupted");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> NewModel.tiny(1).write(target)).isInstanceOf(RuntimeException.class);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        assertThat(Files.exists(target)).isFalse();
        assertThat(folder)
                .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("."));
        assertThat(Tensor.open()).isEqualTo(before);
    }
}
