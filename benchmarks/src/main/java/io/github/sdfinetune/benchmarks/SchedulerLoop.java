package io.github.sdfinetune.benchmarks;

import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.core.scheduler.SamplerRun;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What each sampler costs beside the network: all 25 steps for one picture of 512×512. The prediction and the noise are always the
 * same numbers.
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar SchedulerLoop</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SchedulerLoop {
    private static final int STEPS = 25;
    private static final String STABLE_DIFFUSION = """
            {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "set_alpha_to_one": false,
             "skip_prk_steps": true, "steps_offset": 1, "clip_sample": false}
            """;

    private final float[] start = normal(1);
    private final float[] modelOutput = normal(2);
    private final float[] noise = normal(3);

    @Param({
        "DDIM",
        "PLMS",
        "DDPM",
        "Euler",
        "Euler a",
        "LMS",
        "Heun",
        "DPM2",
        "DPM++ 2M",
        "DPM++ 2M SDE",
        "DPM++ 3M",
        "DPM++ 2S",
        "UniPC",
        "DEIS",
        "LCM",
        "TCD"
    })
    private String sampler;

    private SamplerSpec spec;

    /** Latents, (1, 4, 64, 64). */
    private static float[] normal(long seed) {
        Random random = new Random(seed);
        float[] values = new float[4 * 64 * 64];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Setup
    public void setUp() {
        JsonFile settings = JsonFile.parse(Path.of("scheduler_config.json"), STABLE_DIFFUSION);
        spec = SamplerSpec.of(new SchedulerConfig("PNDMScheduler", settings), Sampler.of(sampler));
    }

    @Benchmark
    public float[] loop() {
        SamplerRun run = spec.start(STEPS, 1);
        float[] latents = start;
        while (!run.isFinished()) {
            run.scaleModelInput(latents);
            latents = run.step(modelOutput, latents, () -> noise);
        }
        return latents;
    }
}
