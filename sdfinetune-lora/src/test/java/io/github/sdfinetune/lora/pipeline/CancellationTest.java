package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.STEPS;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.event.ProgressEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However a call ends, nothing stays open and the pipeline goes on. */
final class CancellationTest {
    @TempDir
    private static Path folder;

    private static TinyPipeline tiny;
    private static byte[] picture;

    private long open;

    /** The two kinds of long calls. */
    enum Call {
        GENERATE {
            @Override
            void run(ProgressListener listener, Cancellation cancellation) {
                tiny.pipeline().generateAll(generation(), listener, cancellation);
            }
        },
        TRAIN {
            @Override
            void run(ProgressListener listener, Cancellation cancellation) {
                tiny.pipeline().train(tiny.pictures(), training().build(), listener, cancellation);
            }
        };

        abstract void run(ProgressListener listener, Cancellation cancellation);
    }

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
        picture = tiny.rgb(generation());
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    @BeforeEach
    void count() {
        open = Tensor.open();
    }

    @AfterEach
    void nothingStaysOpenAndThePipelineGoesOn() {
        assertThat(Thread.interrupted()).as("interrupted").isFalse();
        assertThat(Tensor.open()).isEqualTo(open);
        assertThat(tiny.rgb(generation())).isEqualTo(picture);
    }

    @ParameterizedTest
    @EnumSource
    void cancellingEndsACallAfterTheStepUnderWay(Call call) {
        Cancellation cancellation = new Cancellation();

        CancelledException cancelled =
                cancelled(() -> call.run(at(CancellationTest::isStepTwo, cancellation::cancel), cancellation));

        assertThat(cancelled).hasMessage("cancelled after step 2 of " + STEPS);
        assertThat(cancelled.completedSteps()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void interruptingEndsACallAfterTheStepUnderWayAndTheFlagStaysSet(Call call) {
        CancelledException cancelled = cancelled(() -> call.run(
                at(CancellationTest::isStepTwo, () -> Thread.currentThread().interrupt()), new Cancellation()));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(cancelled.completedSteps()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatIsCancelledBeforeItStartsDoesNoStep(Call call) {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();

        CancelledException cancelled = cancelled(() -> call.run(failAt(CancellationTest::isStep), cancellation));

        assertThat(cancelled.completedSteps()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aCallOfAnInterruptedThreadDoesNoStep(Call call) {
        Thread.currentThread().interrupt();

        CancelledException cancelled = cancelled(() -> call.run(failAt(CancellationTest::isStep), new Cancellation()));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(cancelled.completedSteps()).isZero();
    }

    @Test
    void anInterruptedThreadLoadsNoModel() {
        Thread.currentThread().interrupt();

        cancelled(() -> Pipeline.load(tiny.model()));

        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"checking pictures", "encoding pictures"})
    void aTrainingCanBeCancelledWhileItPrepares(String activity) {
        Cancellation cancellation = new Cancellation();

        CancelledException cancelled =
                cancelled(() -> Call.TRAIN.run(at(isPreparing(activity, 2), cancellation::cancel), cancellation));

        assertThat(cancelled.completedSteps()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"checking pictures", "encoding pictures"})
    void aTrainingCanBeInterruptedWhileItPrepares(String activity) {
        CancelledException cancelled = cancelled(() -> Call.TRAIN.run(
                at(isPreparing(activity, 2), () -> Thread.currentThread().interrupt()), new Cancellation()));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(cancelled.completedSteps()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionOfTheListenerReachesTheCaller(Call call) {
        RuntimeException thrown = new RuntimeException("of the listener");

        assertThat(catchThrowable(() -> call.run(throwing(CancellationTest::isStepTwo, thrown), new Cancellation())))
                .isSameAs(thrown);
    }

    @Test
    void anExceptionOfTheListenerReachesTheCallerWhileATrainingPrepares() {
        RuntimeException thrown = new RuntimeException("of the listener");

        for (String activity : List.of("checking pictures", "encoding pictures")) {
            assertThat(catchThrowable(
                            () -> Call.TRAIN.run(throwing(isPreparing(activity, 1), thrown), new Cancellation())))
                    .isSameAs(thrown);
        }
    }

    @Test
    void anExceptionThatAWarningCausesReachesTheCaller() {
        RuntimeException thrown = new RuntimeException("of the listener");

        assertThat(catchThrowable(() -> tiny.pipeline()
                        .generate(
                                generation().negativePrompt("very ".repeat(100)),
                                throwing(event -> event instanceof ProgressEvent.Warning, thrown))))
                .isSameAs(thrown);
    }

    private static CancelledException cancelled(Runnable call) {
        CancelledException cancelled = catchThrowableOfType(CancelledException.class, call::run);
        assertThat(cancelled).isNotNull();
        return cancelled;
    }

    private static boolean isStep(ProgressEvent event) {
        return event instanceof ProgressEvent.DenoisingStep || event instanceof ProgressEvent.TrainingStep;
    }

    private static boolean isStepTwo(ProgressEvent event) {
        return (event instanceof ProgressEvent.DenoisingStep denoising && denoising.step() == 2)
                || (event instanceof ProgressEvent.TrainingStep training && training.step() == 2);
    }

    private static Predicate<ProgressEvent> isPreparing(String activity, int done) {
        return event -> event instanceof ProgressEvent.Preparing preparing
                && preparing.activity().equals(activity)
                && preparing.done() == done;
    }

    /** Acts at a moment, after which it wants to hear nothing more. */
    private static ProgressListener at(Predicate<ProgressEvent> moment, Runnable action) {
        AtomicBoolean over = new AtomicBoolean();
        return event -> {
            assertThat(over).as("over before " + event).isFalse();
            if (moment.test(event)) {
                over.set(true);
                action.run();
            }
        };
    }

    private static ProgressListener throwing(Predicate<ProgressEvent> moment, RuntimeException thrown) {
        return at(moment, () -> {
            throw thrown;
        });
    }

    private static ProgressListener failAt(Predicate<ProgressEvent> moment) {
        return throwing(moment, new IllegalStateException("a step was done"));
    }
}
