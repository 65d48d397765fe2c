package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.bytes;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Pipeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls on one pipeline at once give bit for bit what they give alone. */
final class ConcurrencyTest {
    private static final int ROUNDS = 3;

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

    /** The number of threads in an operation is one for the whole process: it ends as the other tests want it. */
    @ParameterizedTest
    @ValueSource(ints = {2, 1})
    void twoThreadsGenerateWithDifferentAdaptersWhileAThirdTrains(int threads) throws Exception {
        LoadOptions options = LoadOptions.defaults().threads(threads);
        try (Pipeline pipeline = Pipeline.load(tiny.model(), options)) {
            giveWhatTheyGiveAlone(new TinyPipeline(tiny.model(), tiny.pictures(), pipeline));
        }
    }

    private static void giveWhatTheyGiveAlone(TinyPipeline tiny) throws Exception {
        Adapter first = tiny.train(training().seed(1).build());
        Adapter second = tiny.train(training().seed(2).build());
        List<Callable<byte[]>> calls = List.of(
                () -> tiny.rgb(generation().with(first, 1)),
                () -> tiny.rgb(generation().with(second, 1)),
                () -> bytes(tiny.train(training().dropout(0.1).seed(3).build())));
        List<byte[]> alone = new ArrayList<>();
        for (Callable<byte[]> call : calls) {
            alone.add(call.call());
        }
        assertThat(alone.get(0)).isNotEqualTo(alone.get(1));

        for (int round = 0; round < ROUNDS; round++) {
            assertThat(atOnce(calls)).as("round %d", round).containsExactlyElementsOf(alone);
        }
    }

    @Test
    void threadsMayShareAnAdapterAndAGeneration() throws Exception {
        Generation shared = generation().with(tiny.train(training().build()), 0.5f);
        byte[] alone = tiny.rgb(shared);

        assertThat(atOnce(List.of(() -> tiny.rgb(shared), () -> tiny.rgb(shared), () -> tiny.rgb(shared))))
                .containsExactly(alone, alone, alone);
    }

    @Test
    void aListenerMayGenerateDuringATraining() throws Exception {
        byte[] alone = bytes(tiny.train(training().build()));
        byte[] picture = tiny.rgb(generation());
        List<byte[]> previews = new ArrayList<>();

        Adapter adapter = tiny.pipeline()
                .train(tiny.pictures(), training().build(), event -> previews.add(tiny.rgb(generation())));

        assertThat(bytes(adapter)).isEqualTo(alone);
        assertThat(previews)
                .isNotEmpty()
                .allSatisfy(preview -> assertThat(preview).isEqualTo(picture));
    }

    private static List<byte[]> atOnce(List<Callable<byte[]>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            CyclicBarrier start = new CyclicBarrier(calls.size());
            List<Future<byte[]>> results = new ArrayList<>();
            for (Callable<byte[]> call : calls) {
                results.add(threads.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            List<byte[]> values = new ArrayList<>();
            for (Future<byte[]> result : results) {
                values.add(result.get());
            }
            return values;
        } finally {
            threads.shutdownNow();
        }
    }
}
