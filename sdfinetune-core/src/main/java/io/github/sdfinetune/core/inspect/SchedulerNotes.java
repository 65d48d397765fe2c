package io.github.sdfinetune.core.inspect;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import java.nio.file.Path;
import java.util.Optional;

/** What the folder of a scheduler says. */
final class SchedulerNotes {
    static final String FILE = "scheduler_config.json";

    private final Findings findings;
    private String predictionType = "epsilon";
    private boolean zeroTerminalSnr;

    SchedulerNotes(Findings findings) {
        this.findings = findings;
    }

    void read(Path folder) {
        Optional<SchedulerConfig> read =
                findings.attempt(() -> SchedulerConfig.of(JsonFile.read(folder.resolve(FILE))));
        read.ifPresent(config -> {
            findings.note("scheduler: " + config.className()
                    + (SamplerSpec.knows(config) ? "" : ", which is not supported; choose a sampler when generating"));
            if (SamplerSpec.knows(config)) {
                findings.attempt(() -> SamplerSpec.of(config));
            }
            JsonFile settings = config.settings();
            predictionType = findings.attempt(() -> settings.string("prediction_type", "epsilon"))
                    .orElse(predictionType);
            zeroTerminalSnr = findings.attempt(() -> settings.flag("rescale_betas_zero_snr", false))
                    .orElse(false);
        });
    }

    /** As the configuration spells it. */
    String predictionType() {
        return predictionType;
    }

    boolean isZeroTerminalSnr() {
        return zeroTerminalSnr;
    }
}
