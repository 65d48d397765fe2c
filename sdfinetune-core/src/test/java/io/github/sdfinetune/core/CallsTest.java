package io.github.sdfinetune.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Each test on a thread of its own, which the timeout leaves behind if it hangs. */
@Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD)
final class CallsTest {
    private static final ProgressEvent EVENT = new ProgressEvent.DenoisingStep(1, 4);

    private final Calls calls = new Calls();
    private final AtomicInteger freed = new AtomicInteger();

    private void close() {
        calls.close(freed::incrementAndGet);
    }

    /** A call that tells its listener once, and then that it got further. */
    private boolean call(ProgressListener listener) {
        ProgressListener pausing = calls.pausing(listener);
        return calls.whileOpen(() -> {
            pausing.on(EVENT);
            return true;
        });
    }

    private static void assertClosed(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessage("Pipeline is closed");
    }

    private static void assertEndedAtTheEvent(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Pipeline is closed; the call under way ended at DenoisingStep[step=1, steps=4]");
    }

    @Test
    void closingTwiceFreesOnceAndEveryCallIsRefused() {
        assertThat(call(event -> {})).isTrue();
        close();
        close();

        assertThat(freed).hasValue(1);
        assertThat(calls.closing().getAsBoolean()).isTrue();
        assertClosed(() -> call(event -> {}));
    }

    @Test
    void closingWaitsForWhatIsComputedAndOtherCallsAreRefusedMeanwhile() throws Exception {
        CountDownLatch computing = new CountDownLatch(1);
        CountDownLatch computed = new CountDownLatch(1);
        CompletableFuture<Boolean> call = CompletableFuture.supplyAsync(() -> calls.whileOpen(() -> {
            computing.countDown();
            await(computed);
            return freed.get() == 0;
        }));
        computing.await();
        Thread closer = new Thread(this::close);
        closer.start();
        while (closer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        assertClosed(() -> call(event -> {}));
        assertThat(calls.closing().getAsBoolean()).isTrue();
        computed.countDown();
        closer.join();
        assertThat(call.get()).isTrue();
        assertThat(freed).hasValue(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aListenerMayCloseAndItsCallEnds() {
        assertEndedAtTheEvent(() -> call(event -> {
            close();
            assertThat(freed).hasValue(1);
        }));
        assertClosed(() -> call(event -> {}));
    }

    @Test
    void aListenerMayWaitForAnotherThreadThatCloses() {
        assertEndedAtTheEvent(
                () -> call(event -> CompletableFuture.runAsync(this::close).join()));
        assertThat(freed).hasValue(1);
    }

    @Test
    void aListenerMayMakeACall() {
        assertThat(call(event -> assertThat(call(inner -> {})).isTrue())).isTrue();
        assertEndedAtTheEvent(() -> call(event -> call(inner -> close())));
        assertThat(freed).hasValue(1);
    }

    @Test
    void afterAListenerThatThrowsItCanStillBeClosed() {
        RuntimeException thrown = new RuntimeException("of the listener");
        ProgressListener throwing = event -> {
            throw thrown;
        };

        assertThatThrownBy(() -> call(throwing)).isSameAs(thrown);
        assertThat(call(event -> {})).isTrue();
        CompletableFuture.runAsync(this::close).join();
        assertThat(freed).hasValue(1);
    }
}
