package io.github.sdfinetune.core.scheduler;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.SchedulerConfig;
import java.nio.file.Path;

/** Configurations for the tests of this package. */
final class Configs {
    private Configs() {}

    /** Settings as JSON without the outer braces; single quotes serve as double ones. */
    static JsonFile settings(String json) {
        return JsonFile.parse(Path.of("scheduler_config.json"), "{" + json.replace('\'', '"') + "}");
    }

    static SamplerSpec sampler(String className, String json) {
        return SamplerSpec.of(new SchedulerConfig(className, settings(json)));
    }

    /** What Stable Diffusion 1.x is published with. */
    static SchedulerConfig stableDiffusion1() {
        return new SchedulerConfig("PNDMScheduler", settings("""
                '_class_name': 'PNDMScheduler', '_diffusers_version': '0.6.0', 'beta_end': 0.012,
                'beta_schedule': 'scaled_linear', 'beta_start': 0.00085, 'num_train_timesteps': 1000,
                'set_alpha_to_one': false, 'skip_prk_steps': true, 'steps_offset': 1, 'trained_betas': null,
                'clip_sample': false"""));
    }
}
