package io.github.sdfinetune.core.scheduler;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.file.Path;

final class SchedulerConfigFuzzTest {
    @FuzzTest
    void json(byte[] input) {
        Path file = Claim.file("scheduler_config.json", input);
        for (Sampler sampler : Sampler.all()) {
            Claim.holds(input.length, () -> SamplerSpec.of(SchedulerConfig.of(JsonFile.read(file)), sampler));
        }
    }
}
