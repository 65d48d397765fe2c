package io.github.sdfinetune.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.sdfinetune.PromptSyntax;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PromptPlanTest {
    private static final PromptSteps TWENTY = PromptSteps.of(20);
    private static final String EVERYTHING = "a [cat:dog:0.5] AND (snow:1.2) :0.8 <lora:pixel:0.7><style:ink>";

    @Test
    void eachStepHasPartsWithWeights() {
        PromptPlan plan = PromptPlan.of(EVERYTHING, TWENTY, PromptSyntax.A1111);
        assertThat(plan.at(1)).isEqualTo(plan.at(10)).containsExactly(text("a cat", 1), text(" (snow:1.2)", 0.8));
        assertThat(plan.at(11)).isEqualTo(plan.at(20)).isEqualTo(plan.at(21)).contains(text("a dog", 1));
    }

    @Test
    void adaptersAreGivenOutAndOthersReported() {
        PromptPlan plan = PromptPlan.of("<LoRA:pixel:0.7>x<style:ink>:0.5", TWENTY, PromptSyntax.A1111);
        assertThat(plan.at(1)).containsExactly(text("x", 0.5));
        assertThat(plan.networks()).containsExactly(new ExtraNetwork("LoRA", List.of("pixel", "0.7")));
        assertThat(plan.ignored())
                .containsExactly("<style:ink> in the prompt is ignored: expected the type lora, lyco or hypernet");
    }

    @Test
    void aNegativePromptHasSchedulesOnly() {
        PromptPlan plan = PromptPlan.negative("[a:b:1] AND c :0.5 <lora:x:1>", TWENTY, PromptSyntax.A1111);
        assertThat(plan.at(1)).containsExactly(text("a AND c :0.5 <lora:x:1>", 1));
        assertThat(plan.at(2)).containsExactly(text("b AND c :0.5 <lora:x:1>", 1));
        assertThat(plan.networks()).isEmpty();
        assertThat(plan.ignored())
                .containsExactly(
                        "<lora:x:1> does nothing in a negative prompt: its letters are words like others there");
    }

    @Test
    void aPlainPromptIsWords() {
        for (PromptPlan plan : List.of(
                PromptPlan.of(EVERYTHING, TWENTY, PromptSyntax.PLAIN),
                PromptPlan.negative(EVERYTHING, TWENTY, PromptSyntax.PLAIN))) {
            assertThat(plan.at(1)).isEqualTo(plan.at(20)).containsExactly(text(EVERYTHING, 1));
            assertThat(plan.networks()).isEmpty();
            assertThat(plan.ignored()).isEmpty();
        }
    }

    @Test
    void aSecondPassCountsOn() {
        PromptPlan plan = PromptPlan.of("[a:b:22] [c:d:1.5]", new PromptSteps(10, 20), PromptSyntax.A1111);
        assertThat(plan.at(2)).containsExactly(text("a c", 1));
        assertThat(plan.at(3)).containsExactly(text("b c", 1));
        assertThat(plan.at(6)).containsExactly(text("b d", 1));
    }

    @Test
    void aPromptHasALongestLength() {
        for (PromptSyntax syntax : PromptSyntax.values()) {
            assertThatThrownBy(() -> PromptPlan.of("x".repeat(100_001), TWENTY, syntax))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the prompt has 100001 characters, expected at most 100000");
        }
    }

    @Test
    void whatChangesTooOftenIsRefused() {
        String alternatives = "[" + "a|".repeat(3) + "b" + "|cc".repeat(990) + "]";
        String many = "[x" + manyAlternatives() + "]" + "y".repeat(90_000);
        assertThat(PromptPlan.of(alternatives, PromptSteps.of(1000), PromptSyntax.A1111)
                        .parts())
                .hasSize(1);
        assertThatThrownBy(() -> PromptPlan.of(many, PromptSteps.of(1000), PromptSyntax.A1111))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "the prompt changes so often that its texts have together more than 2000000 characters");
    }

    private static String manyAlternatives() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            text.append('|').append(i);
        }
        return text.toString();
    }

    static Stream<String> hostile() {
        int most = 100_000;
        return Stream.of(
                "(".repeat(most),
                "[".repeat(most),
                ")".repeat(most),
                "\\".repeat(most),
                ":".repeat(most),
                "([".repeat(most / 2),
                "(".repeat(most / 2) + ")".repeat(most / 2),
                "(:".repeat(most / 3) + ")".repeat(most / 3),
                "[:".repeat(most / 3) + "]".repeat(most / 3),
                "[".repeat(most / 4) + ":1]".repeat(most / 4),
                "[a|".repeat(most / 4) + "]".repeat(most / 4),
                "[a:".repeat(most / 6) + ":1]".repeat(most / 6),
                "(:1)".repeat(most / 4),
                "(: ".repeat(most / 3),
                ": 1 ".repeat(most / 4),
                "<a:".repeat(most / 3),
                "<a:b".repeat(most / 5) + ">",
                "<>".repeat(most / 2),
                "AND ".repeat(most / 4),
                "BREAK ".repeat(most / 6),
                "AND".repeat(most / 3),
                "BREAK".repeat(most / 5),
                " ".repeat(most - 1) + "x",
                "a:" + "1".repeat(most - 2),
                "[a:" + "1".repeat(most - 5) + "x]");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void hostilePromptsAreReadInNoTime(String prompt) {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            try {
                PromptPlan plan = PromptPlan.of(prompt, TWENTY, PromptSyntax.A1111);
                plan.at(20)
                        .forEach(
                                part -> assertThat(Attention.parse(part.text())).isNotEmpty());
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("is no number");
            }
        });
    }

    private static WeightedText text(String text, double weight) {
        return new WeightedText(text, weight);
    }
}
