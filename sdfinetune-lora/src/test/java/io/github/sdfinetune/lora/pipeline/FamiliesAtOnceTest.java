package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.bytes;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.testing.TinyControlNet;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Eight threads over models of all families, with adapters and ControlNets and without. */
@Tag("reference")
@Timeout(600)
final class FamiliesAtOnceTest {
    private static final int THREADS = 8;

    @TempDir
    private static Path folder;

    private static ExecutorService threads;
    private static List<Path> models;
    private static Dataset pictures;

    @BeforeAll
    static void write() throws Exception {
        threads = Executors.newFixedThreadPool(THREADS);
        models = SmallModels.in(folder);
        pictures = Pictures.draw(folder.resolve("pictures"), 2);
    }

    @AfterAll
    static void shutDown() {
        threads.shutdownNow();
    }

    @Test
    void eightThreadsGiveBitForBitTheSerialResults() throws Exception {
        List<Pipeline> pipelines = models.stream().map(SmallModels::load).toList();
        List<ControlNet> nets = new ArrayList<>();
        try {
            List<Callable<byte[]>> calls = new ArrayList<>();
            for (int i = 0; i < models.size(); i++) {
                Adapter word = Adapter.load(WordFiles.ofTokens(models.get(i), "x y z", folder));
                calls.addAll(calls(pipelines.get(i), word));
            }
            nets.add(TinyControlNet.load(folder.resolve("net"), ""));
            calls.addAll(controlled(pipelines.get(0), nets.get(0)));
            List<Pipeline> fitting = pipelines.stream()
                    .filter(pipeline -> pipelines.indexOf(pipeline) > 0)
                    .filter(pipeline -> pipeline.info().family().contains("1.x"))
                    .toList();
            if (!fitting.isEmpty()) {
                nets.add(ControlNet.load(
                        ReferenceFolder.get().path("models/sd1-controlnet"),
                        LoadOptions.defaults().threads(1)));
                fitting.forEach(pipeline -> calls.addAll(controlled(pipeline, nets.get(1))));
            }
            List<byte[]> alone = new ArrayList<>();
            for (Callable<byte[]> call : calls) {
                alone.add(call.call());
            }
            assertThat(alone).doesNotHaveDuplicates();
            for (int round = 0; round < 3; round++) {
                assertThat(atOnce(calls, new Random(round)))
                        .as("round %d", round)
                        .containsExactlyElementsOf(alone);
            }
        } finally {
            nets.forEach(ControlNet::close);
            pipelines.forEach(Pipeline::close);
        }
    }

    /** One network for several calls and, for two models, pipelines. */
    private static List<Callable<byte[]>> controlled(Pipeline pipeline, ControlNet net) {
        Picture disc = Picture.read(folder.resolve("pictures/disc-0.png"));
        Picture other = Picture.read(folder.resolve("pictures/disc-1.png"));
        Control control = Control.by(net, disc);
        Generation plain = SmallModels.requests(pipeline.info()).get(0);
        return Stream.of(
                        plain.control(control),
                        plain.control(control.guessMode(true)).control(Control.by(net, other)),
                        plain.imageToImage(other, 0.5).control(control.during(0, 0.6)))
                .<Callable<byte[]>>map(generation -> () -> pixels(pipeline, generation))
                .toList();
    }

    private static List<Callable<byte[]>> calls(Pipeline pipeline, Adapter word) {
        List<Callable<byte[]>> calls = new ArrayList<>();
        List<Generation> requests = SmallModels.requests(pipeline.info());
        requests.forEach(request -> calls.add(() -> pixels(pipeline, request)));
        calls.add(() -> pixels(pipeline, SmallModels.request("a red zq").with(word, 1)));
        if (isTrainable(pipeline)) {
            Adapter first = train(pipeline, 1);
            Adapter second = train(pipeline, 2);
            requests.forEach(request -> calls.add(() -> pixels(pipeline, request.with(first, 1))));
            calls.add(() -> pixels(pipeline, requests.get(0).with(first, 0.5f).with(second, -1)));
            calls.add(() -> bytes(train(pipeline, 3)));
        }
        return calls;
    }

    private static boolean isTrainable(Pipeline pipeline) {
        String family = pipeline.info().family();
        return !family.contains("XL") && !family.contains("inpainting");
    }

    private static Adapter train(Pipeline pipeline, long seed) {
        int side = pipeline.info().width();
        return pipeline.train(pictures, training().resolution(side).seed(seed).build(), ProgressListener.quiet());
    }

    private static byte[] pixels(Pipeline pipeline, Generation generation) {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        for (GeneratedImage picture : pipeline.generateAll(generation, ProgressListener.quiet())) {
            pixels.writeBytes(picture.rgb());
        }
        return pixels.toByteArray();
    }

    /** The results in the order of the calls, which start in a random one. */
    private static List<byte[]> atOnce(List<Callable<byte[]>> calls, Random random) throws Exception {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        List<Future<byte[]>> results = new ArrayList<>(Collections.nCopies(calls.size(), null));
        order.forEach(call -> results.set(call, threads.submit(calls.get(call))));
        List<byte[]> values = new ArrayList<>();
        for (Future<byte[]> result : results) {
            values.add(result.get());
        }
        return values;
    }

    /** Each model is closed while several threads work with it, some of them at their first step, some between two calls. */
    @RepeatedTest(20)
    void closingEndsAllCallsAndFreesAllTensors() throws Exception {
        long before = Tensor.open();
        List<Pipeline> pipelines = models.stream().map(SmallModels::load).toList();
        List<Future<?>> workers = new ArrayList<>();
        CountDownLatch atWork = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            Pipeline pipeline = pipelines.get(i % pipelines.size());
            boolean trains = isTrainable(pipeline) && i >= pipelines.size();
            workers.add(threads.submit(() -> workUntilClosed(pipeline, trains, atWork)));
        }
        atWork.await();

        pipelines.forEach(Pipeline::close);

        for (Future<?> worker : workers) {
            worker.get();
        }
        assertThat(Tensor.open()).isEqualTo(before);
    }

    private static void workUntilClosed(Pipeline pipeline, boolean trains, CountDownLatch atWork) {
        AtomicBoolean started = new AtomicBoolean();
        ProgressListener listener = event -> {
            if (started.compareAndSet(false, true)) {
                atWork.countDown();
            }
        };
        try {
            while (true) {
                if (trains) {
                    pipeline.train(pictures, training().build(), listener);
                } else {
                    pipeline.generate(SmallModels.requests(pipeline.info()).get(0), listener);
                }
            }
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageStartingWith("Pipeline is closed");
        }
    }
}
