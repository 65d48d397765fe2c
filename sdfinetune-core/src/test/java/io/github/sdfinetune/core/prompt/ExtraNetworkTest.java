package io.github.sdfinetune.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExtraNetworkTest {

    @ParameterizedTest
    @CsvSource({
        "<lora:a>,               1,   1",
        "<lora:a:0.5>,           0.5, 0.5",
        "<lora:a: -0.5 :0.25>,   -0.5, 0.25",
        "<lora:a:te=0.5>,        0.5, 0.5",
        "<lora:a:unet=0.5>,      1,   0.5",
        "<lora:te=0.5:a:2:3>,    0.5, 3",
        "<lora:a:1e-1:x=1>,      0.1, 0.1"
    })
    void textEncoderAndUnetHaveWeights(String prompt, double textEncoder, double unet) {
        ExtraNetwork network = only(prompt);
        assertThat(network.name()).isEqualTo("a");
        assertThat(network.textEncoderWeight()).isEqualTo(textEncoder);
        assertThat(network.unetWeight()).isEqualTo(unet);
    }

    @ParameterizedTest
    @ValueSource(strings = {"strong", "", "0.5f", "NaN", "1e999", "0x1"})
    void aWeightMustBeANumber(String weight) {
        assertThatThrownBy(() -> only("<lora:a:" + weight + ">").unetWeight())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the weight \"" + weight + "\" in \"<lora:a:" + weight
                        + ">\" is no number, expected one such as 1.2");
    }

    @Test
    void anAdapterNeedsAName() {
        assertThatThrownBy(() -> only("<lora:te=0.5>").name())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("<lora:te=0.5> names nothing, expected a form such as <lora:name:0.7>");
    }

    @Test
    void aValueHasOneEqualsSign() {
        assertThat(only("<lora:a=b=c:=:d=>").positional()).containsExactly("a=b=c");
        assertThat(only("<lora:a=b=c:=:d=>").named()).containsEntry("", "").containsEntry("d", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<lora:a", "lora:a>", "<lo ra:a>", "< lora:a>", "<:a>", "<lora:>", "<-:a>", "<", "<lora"})
    void whatIsOfAnotherFormIsText(String prompt) {
        assertThat(ExtraNetworks.parse(prompt).text()).isEqualTo(prompt);
        assertThat(ExtraNetworks.parse(prompt).networks()).isEmpty();
    }

    @Test
    void anItemMayHoldAnOpeningBracketOrALineBreak() {
        assertThat(only("<lora:a<b:c\n>").items()).containsExactly("a<b", "c\n");
        assertThat(ExtraNetworks.parse("<<lora:a>>").text()).isEqualTo("<>");
        assertThat(only("<\u8272:a>").type()).isEqualTo("\u8272");
    }

    private static ExtraNetwork only(String prompt) {
        ExtraNetworks found = ExtraNetworks.parse(prompt);
        assertThat(found.networks()).hasSize(1);
        return found.networks().get(0);
    }
}
