package io.github.sdfinetune.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CompositionTest {

    @Test
    void onlyTheLastColonWeighs() {
        assertThat(Composition.parse("a:1:2 ")).containsExactly(new WeightedText("a:1", 2));
        assertThat(Composition.parse(":-.5")).containsExactly(new WeightedText("", -0.5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:1.2.3", "a:.", "a 1.2", "a:1e3", "a:+-1", "a: 1 2", "AND_", "xAND", "and", "a:1x"})
    void whatIsNoWeightAndNoAndIsText(String prompt) {
        assertThat(Composition.parse(prompt)).containsExactly(new WeightedText(prompt, 1));
    }

    @Test
    void andNeedsNoSpaces() {
        assertThat(Composition.parse("a,AND(b)"))
                .containsExactly(new WeightedText("a,", 1), new WeightedText("(b)", 1));
    }

    @Test
    void aWeightMustBeFinite() {
        String weight = "9".repeat(400);
        assertThatThrownBy(() -> Composition.parse("a AND b:" + weight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the weight \"" + weight + "\" in \":" + weight + "\" is no number, expected one such as 1.2");
    }
}
