package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.event.ProgressEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory stays where it is after the first calls, however many follow. */
final class FlatMemoryTest {
    private static final int WARM_UP = 50;
    private static final long MIB = 1 << 20;

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

    @Test
    void aThousandTrainingStepsLeaveMemoryFlat() {
        int steps = WARM_UP + 1000;
        List<Memory> memory = new ArrayList<>();
        tiny.pipeline()
                .train(
                        tiny.pictures(),
                        training().resolution(16).dropout(0.1).steps(steps).build(),
                        event -> {
                            if (event instanceof ProgressEvent.TrainingStep step
                                    && (step.step() == WARM_UP || step.step() == steps)) {
                                memory.add(Memory.now());
                            }
                        });

        memory.get(1).assertNoMoreThan(memory.get(0));
    }

    @Test
    void twoHundredGenerationsLeaveMemoryFlat() {
        Adapter adapter = tiny.train(training().build());
        generate(adapter, WARM_UP);
        Memory before = Memory.now();

        generate(adapter, 200);

        Memory.now().assertNoMoreThan(before);
    }

    @Test
    void aHundredThreadsLeaveMemoryFlat() throws Exception {
        generateInThreads(10);
        Memory before = Memory.now();

        generateInThreads(100);

        Memory.now().assertNoMoreThan(before);
    }

    private static void generateInThreads(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> tiny.generate(generation().steps(1).size(16, 16)));
            thread.start();
            thread.join();
        }
    }

    @Test
    void aHundredLoadsLeaveMemoryFlat() {
        load(10);
        Memory before = Memory.now();

        load(100);

        Memory.now().assertNoMoreThan(before);
    }

    private static void load(int times) {
        for (int i = 0; i < times; i++) {
            Pipeline.load(tiny.model()).close();
        }
    }

    private static void generate(Adapter adapter, int times) {
        for (int i = 0; i < times; i++) {
            tiny.generate(generation().steps(2).size(32, 16).seed(i).with(adapter, 1));
        }
    }

    /**
     * What this process holds.
     *
     * @param tensors that are open
     * @param heap bytes after a collection
     * @param resident bytes of physical memory; 0 where the system does not tell
     */
    private record Memory(long tensors, long heap, long resident) {

        static Memory now() {
            touchHeap();
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            long heap = runtime.totalMemory() - runtime.freeMemory();
            return new Memory(Tensor.open(), heap, residentNow());
        }

        /** The pages of the heap become resident when they are first used; all of them shall be so at each look. */
        private static void touchHeap() {
            byte[] garbage = {};
            for (long bytes = Runtime.getRuntime().totalMemory(); bytes > 0; bytes -= garbage.length) {
                garbage = new byte[(int) MIB];
            }
        }

        private static long residentNow() {
            Path status = Path.of("/proc/self/status");
            if (!Files.exists(status)) {
                return 0;
            }
            try {
                return Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                        .sum();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void assertNoMoreThan(Memory before) {
            assertThat(tensors).as("open tensors").isEqualTo(before.tensors);
            assertThat(heap).as("heap").isLessThanOrEqualTo(before.heap + 8 * MIB);
            assertThat(resident).as("resident memory").isLessThanOrEqualTo(before.resident + 64 * MIB);
        }
    }
}
