package io.github.sdfinetune.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AttentionTest {

    @Test
    void aBracketThatIsNeverClosedReachesToTheEnd() {
        assertThat(parts("a (b [c")).containsExactly(part("a ", 1), part("b ", 1.1), part("c", 1.1 * (1 / 1.1)));
    }

    @Test
    void aWeightWithoutItsClosingBracketIsText() {
        assertThat(parts("(house:1.3")).containsExactly(part("house:1.3", 1.1));
        assertThat(parts("(house:1.3]")).containsExactly(part("house:1.3]", 1.1));
        assertThat(parts("[house:1.3]")).containsExactly(part("house:1.3", 1 / 1.1));
    }

    @Test
    void aClosingBracketThatWasNeverOpenedIsText() {
        assertThat(parts("a) b] c:1.2)")).containsExactly(part("a) b] c:1.2)", 1));
    }

    @Test
    void roundAndSquareBracketsNeedNotNest() {
        assertThat(parts("(a [b) c]"))
                .containsExactly(part("a ", 1.1), part("b", 1.1 * (1 / 1.1)), part(" c", 1 / 1.1));
    }

    @Test
    void spacesMayStandAroundAWeight() {
        assertThat(parts("(a:\n +1.5\t)b")).containsExactly(part("a", 1.5), part("b", 1));
    }

    @Test
    void onlyBracketsAndBackslashesAreEscaped() {
        assertThat(parts("\\(a\\) \\[b\\] \\\\ \\c \\")).containsExactly(part("(a) [b] \\ c ", 1));
        assertThat(parts("(a\\:1.2)")).containsExactly(part("a", 1.2));
    }

    @Test
    void breakIsAWordOfItsOwn() {
        assertThat(parts("aBREAK BREAKb BREAK_ \u00e9BREAK")).hasSize(1);
        assertThat(parts("a,BREAK-b")).containsExactly(part("a,", 1), part("BREAK", -1), part("-b", 1));
        assertThat(parts("a\u00a0\nBREAK\u3000b")).containsExactly(part("a", 1), part("BREAK", -1), part("b", 1));
    }

    @Test
    void insideOfBracketsBreakIsAWordLikeOthers() {
        assertThat(parts("BREAK")).filteredOn(Attention::isBreak).hasSize(1);
        assertThat(parts("(a BREAK b)")).contains(part("BREAK", -1.1)).noneMatch(Attention::isBreak);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.3", ".", "+.", "..5"})
    void aWeightMustBeANumber(String weight) {
        assertThatThrownBy(() -> parts("(a:" + weight + ")"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the weight \"" + weight + "\" in \":" + weight + ")\" is no number, expected one such as 1.2");
        assertThat(parts("a:" + weight + ")")).containsExactly(part("a:" + weight + ")", 1));
    }

    @Test
    void aWeightMustBeFinite() {
        assertThatThrownBy(() -> parts("(a:" + "9".repeat(400) + ")")).hasMessageContaining("is no number");
    }

    private static List<WeightedText> parts(String prompt) {
        return Attention.parse(prompt);
    }

    private static WeightedText part(String text, double weight) {
        return new WeightedText(text, weight);
    }
}
