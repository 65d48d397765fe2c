package io.github.sdfinetune;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainerConfigTest {
    @Test
    void whatIsNotSetIsAsDocumented() {
        TrainerConfig config = TrainerConfig.lora().build();

        assertThat(config.rank()).isEqualTo(16);
        assertThat(config.alpha()).isEqualTo(16);
        assertThat(config.dropout()).isZero();
        assertThat(config.steps()).isEqualTo(1000);
        assertThat(config.learningRate()).isEqualTo(1e-4);
        assertThat(config.batchSize()).isEqualTo(1);
        assertThat(config.resolution()).isEmpty();
        assertThat(config.maxGradientNorm()).isEqualTo(1.0);
        assertThat(config.instancePrompt()).isEmpty();
    }

    @Test
    void alphaIsTheRankUnlessItIsSet() {
        assertThat(TrainerConfig.lora().rank(4).build().alpha()).isEqualTo(4);
        assertThat(TrainerConfig.lora().rank(4).alpha(1).build().alpha()).isEqualTo(1);
    }
}
