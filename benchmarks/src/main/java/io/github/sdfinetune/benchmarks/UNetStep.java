package io.github.sdfinetune.benchmarks;

import io.github.sdfinetune.Precision;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.NoiseSource;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.unet.Conditioning;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long one denoising step of Stable Diffusion 1.5 at 512×512 with guidance takes in the UNet. The step is 1606 GFLOP (888 in
 * convolutions, 466 in linear layers, 252 in attention), so 1606 divided by the score is GFLOP/s. Needs 8 GiB of memory.
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar UNetStep</pre>
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class UNetStep {
    private final Arena arena = new Arena();

    @Param({"FLOAT32", "BFLOAT16"})
    private Precision precision;

    private RandomUNet unet;
    private Tensor noisyLatents; // (2, 4, 64, 64)
    private Tensor timestep; // (1)
    private Tensor text; // (2, 77, 768)

    @Setup
    public void setUp() {
        System.out.println(Processor.bfloat16Instructions());
        unet = new RandomUNet(precision, arena);
        try (Scope scope = Scope.open();
                NoiseSource noise = NoiseSource.seeded(1)) {
            noisyLatents = arena.adopt(noise.normal(2, 4, 64, 64));
            timestep = arena.adopt(Tensor.of(new float[] {500}, 1));
            text = arena.adopt(noise.normal(2, RandomUNet.TEXT_TOKENS, RandomUNet.TEXT_DIM));
        }
    }

    @TearDown
    public void tearDown() {
        arena.close();
    }

    @Benchmark
    public float[] step() {
        try (Scope scope = Scope.open()) {
            return unet.network()
                    .forward(noisyLatents, timestep, Conditioning.text(text), Patches.none())
                    .toFloats();
        }
    }
}
