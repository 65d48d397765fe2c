package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.event.ProgressEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
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

    @Test
    void closingEndsAGenerationAfterTheStepUnderWay() throws Exception {
        Pipeline pipeline = Pipeline.load(model);

        assertEndsAfterStepOne(pipeline, listener -> pipeline.generate(generation(), listener));
    }

    @Test
    void closingEndsATrainingAfterTheStepUnderWay() throws Exception {
        Pipeline pipeline = Pipeline.load(model);

        assertEndsAfterStepOne(
                pipeline, listener -> pipeline.train(pictures, training().build(), listener));
    }

    private static void assertEndsAfterStepOne(Pipeline pipeline, Consumer<ProgressListener> call) throws Exception {
        Thread closer = new Thread(pipeline::close);
        ProgressListener closing = event -> {
            if (!(event instanceof ProgressEvent.Preparing)) {
                startAndAwaitBlocked(closer);
            }
        };

        assertThatThrownBy(() -> call.accept(closing))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Pipeline is closed; the call under way ended after step 1 of " + TinyPipeline.STEPS);

        closer.join();
        assertClosed(pipeline::info);
    }

    /** It is closed as soon as it waits for the call under way to end. */
    private static void startAndAwaitBlocked(Thread closer) {
        closer.start();
        while (closer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aCallThatAnotherOneWaitsForIsRefusedAndDoesNotWaitForTheClosing() throws Exception {
        Pipeline pipeline = Pipeline.load(model);
        Thread closer = new Thread(pipeline::close);
        List<Throwable> refused = new CopyOnWriteArrayList<>();
        ProgressListener waiting = event -> {
            startAndAwaitBlocked(closer);
            Thread other = new Thread(pipeline::info);
            other.setUncaughtExceptionHandler((thread, thrown) -> refused.add(thrown));
            other.start();
            join(other);
        };

        assertThatThrownBy(() -> pipeline.generate(generation(), waiting)).isInstanceOf(IllegalStateException.class);

        closer.join();
        assertThat(refused).singleElement().isInstanceOf(IllegalStateException.class);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
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
    void closingFromAListenerIsAnErrorAndNoDeadlock() {
        try (Pipeline pipeline = Pipeline.load(model)) {
            assertThatThrownBy(() -> pipeline.generate(generation(), event -> pipeline.close()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a pipeline can't be closed from within one of its own calls");

            assertThat(pipeline.generate(generation()).rgb()).isNotEmpty();
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
