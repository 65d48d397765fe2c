package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.TrainerConfig;
import org.junit.jupiter.api.Test;

/** What the options of {@code train-lora} come to. */
class TrainLoraTest {
    @Test
    void whatIsNotGivenIsAsDocumented() {
        TrainerConfig config = config("");

        assertThat(config.rank()).isEqualTo(16);
        assertThat(config.alpha()).isEqualTo(16);
        assertThat(config.dropout()).isZero();
        assertThat(config.steps()).isEqualTo(1000);
        assertThat(config.learningRate()).isEqualTo(1e-4);
        assertThat(config.batchSize()).isEqualTo(1);
        assertThat(config.resolution()).isEmpty();
        assertThat(config.maxGradientNorm()).isEqualTo(1.0);
        assertThat(config.seed()).isZero();
        assertThat(config.instancePrompt()).isEmpty();
        assertThat(config.name()).isEqualTo("mug");
    }

    @Test
    void alphaIsTheRankUnlessItIsGiven() {
        assertThat(config("--rank 4").alpha()).isEqualTo(4);
        assertThat(config("--alpha 8 --rank 4").alpha()).isEqualTo(8);
    }

    @Test
    void optionsAreTaken() {
        TrainerConfig config = config("--rank 4 --alpha 2 --dropout 0.1 --steps 30 --learning-rate 0.003 --batch-size 5"
                + " --resolution 256 --seed -6 --instance-prompt mugs");

        assertThat(config)
                .isEqualTo(TrainerConfig.lora()
                        .rank(4)
                        .alpha(2)
                        .dropout(0.1)
                        .steps(30)
                        .learningRate(0.003)
                        .batchSize(5)
                        .resolution(256)
                        .seed(-6)
                        .instancePrompt("mugs")
                        .name("mug")
                        .build());
    }

    private static TrainerConfig config(String options) {
        String command = "train-lora --model m --dataset d --output mug.safetensors " + options;
        TrainLora parsed = (TrainLora) Main.commandLine()
                .parseArgs(command.trim().split(" ", -1))
                .subcommand()
                .commandSpec()
                .userObject();
        return parsed.config();
    }
}
