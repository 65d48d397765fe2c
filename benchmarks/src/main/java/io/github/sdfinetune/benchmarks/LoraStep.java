package io.github.sdfinetune.benchmarks;

import io.github.sdfinetune.Precision;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.core.layer.AdapterProvider;
import io.github.sdfinetune.core.layer.TrainableAdapter;
import io.github.sdfinetune.core.pipeline.LatentShape;
import io.github.sdfinetune.core.scheduler.NoiseSchedule;
import io.github.sdfinetune.core.scheduler.PredictionType;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.NoiseSource;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.training.AdamW;
import io.github.sdfinetune.core.training.LearningRate;
import io.github.sdfinetune.core.training.Objective;
import io.github.sdfinetune.core.training.TrainingBatch;
import io.github.sdfinetune.core.training.TrainingLoop;
import java.util.ServiceLoader;
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
 * How long one step of training a LoRA takes with Stable Diffusion 1.5 at 512×512: batch 1, rank 16 on the attention projections,
 * latents and text states given, in each precision of the frozen UNet. Needs 10 GiB of memory.
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar LoraStep</pre>
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class LoraStep {
    private static final LatentShape SHAPE = new LatentShape(1, 4, 64, 64);

    private final Arena arena = new Arena();
    private final NoiseSource noise = NoiseSource.seeded(1);

    @Param({"FLOAT32", "BFLOAT16"})
    private Precision precision;

    private TrainingLoop loop;
    private TrainingBatch batch;

    @Setup
    public void setUp() {
        System.out.println(Processor.bfloat16Instructions());
        RandomUNet unet = new RandomUNet(precision, arena);
        TrainerConfig config = TrainerConfig.lora().rank(16).build();
        TrainableAdapter lora = ServiceLoader.load(AdapterProvider.class)
                .findFirst()
                .orElseThrow()
                .create(config, unet.layers(), unet.numerics(), noise, noise, arena);
        loop = new TrainingLoop(
                unet.network(),
                new Objective(NoiseSchedule.scaledLinear(0.00085, 0.012, 1000), PredictionType.EPSILON),
                lora.patches(),
                lora.parameters(),
                new AdamW(lora.parameters(), AdamW.Settings.defaults(), arena),
                LearningRate.constant(config.learningRate()),
                config.maxGradientNorm());
        batch = new TrainingBatch(
                SHAPE,
                normal(1, 4, 64, 64),
                normal(1, 4, 64, 64),
                new int[] {500},
                normal(1, RandomUNet.TEXT_TOKENS, RandomUNet.TEXT_DIM),
                RandomUNet.TEXT_TOKENS);
    }

    private float[] normal(long... shape) {
        try (Scope scope = Scope.open()) {
            return noise.normal(shape).toFloats();
        }
    }

    @TearDown
    public void tearDown() {
        noise.close();
        arena.close();
    }

    @Benchmark
    public TrainingLoop.Result step() {
        return loop.step(batch, "random numbers");
    }
}
