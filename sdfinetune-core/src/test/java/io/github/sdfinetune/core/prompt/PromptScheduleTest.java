package io.github.sdfinetune.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptScheduleTest {
    private static final PromptSteps TEN = PromptSteps.of(10);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a [b:c:3",
                "a b:c:3]",
                "[a:b:c:3]",
                "[a:b:three]",
                "[a:b:3 4]",
                "[a:b:]",
                "[a (b:c:3]",
                "[a b) :c:3]",
                "(a:b:c)",
                "[(a:b:c):d:3]",
                "\\[a:b:3]",
                "[a:b:3\\]"
            })
    void whatIsNoScheduleStaysAsItIs(String prompt) {
        PromptSchedule schedule = PromptSchedule.parse(prompt, TEN);
        assertThat(schedule.lastSteps()).containsExactly(10);
        assertThat(schedule.textAt(1)).isEqualTo(prompt);
    }

    /** The grammar has no place for it, and what it can't read it leaves alone altogether. */
    @ParameterizedTest
    @ValueSource(strings = {"| [a:b:3]", "[a:b:3] (c|d)", "[a|b:3] [a:b:3]", "[a:b:3] \\", "[a:b:3] \\\nc"})
    void aStrayBarOrBackslashMakesAllOfItText(String prompt) {
        PromptSchedule schedule = PromptSchedule.parse(prompt, TEN);
        assertThat(schedule.lastSteps()).containsExactly(10);
        assertThat(schedule.textAt(10)).isEqualTo(prompt);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            "[a:b:3]"         ; "a"        ; "b"
            "[[a:b:3]"        ; "[a"       ; "[b"
            "[a:b:3]]"        ; "a]"       ; "b]"
            "(a [x:y:3]"      ; "(a x"     ; "(a y"
            "[a:b:c [x:y:3]:]"; "[a:b:c x:]"; "[a:b:c y:]"
            "[a::3]b"         ; "ab"       ; "b"
            "[:a: 3 ]"        ; ""         ; "a"
            "[\\[:\\|:3]"     ; "\\["      ; "\\|"
            "[(a:1.2):[b]:3]" ; "(a:1.2)"  ; "[b]"
            "[a:b:.3]"        ; "a"        ; "b"
            "[a:b:+3.]"       ; "a"        ; "a"
            "[a:b:3e0]"       ; "a"        ; "b"
            """)
    void schedulesAreReadAmongOtherBrackets(String prompt, String atThree, String atFour) {
        PromptSchedule schedule = PromptSchedule.parse(prompt, TEN);
        assertThat(schedule.textAt(3)).isEqualTo(atThree);
        assertThat(schedule.textAt(4)).isEqualTo(atFour);
    }

    @Test
    void aFractionIsCutToAWholeStep() {
        assertThat(PromptSchedule.parse("[a:b:0.57]", PromptSteps.of(100)).lastSteps())
                .containsExactly(56, 100);
        assertThat(PromptSchedule.parse("[a:b:0.05]", TEN).lastSteps()).containsExactly(10);
    }

    @Test
    void alternativesTakeTurnsAndMayBeEmptyOrScheduled() {
        PromptSchedule schedule = PromptSchedule.parse("[a||[b:c:3]]", PromptSteps.of(6));
        assertThat(schedule.lastSteps()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(schedule.lastSteps().stream().map(schedule::textAt)).isEqualTo(List.of("a", "", "b", "a", "", "c"));
    }

    @Test
    void hugeTimesAreTheLastStep() {
        assertThat(PromptSchedule.parse("[a:b:1e999]", TEN).lastSteps()).containsExactly(10);
        assertThat(PromptSchedule.parse("[a:b:" + "9".repeat(500) + ".0]", TEN).textAt(10))
                .isEqualTo("a");
    }

    @Test
    void aPassHasSteps() {
        assertThatThrownBy(() -> PromptSteps.of(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected at least 1 step, after at least 0 others, was 0 after 0");
        assertThatThrownBy(() -> new PromptSteps(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
