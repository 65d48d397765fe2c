package io.github.sdfinetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sdfinetune.HighResolution.Upscaling;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConstantNamesTest {

    @TestFactory
    Stream<DynamicTest> allConstantsAreFoundByOneRule() {
        return Stream.of(
                        found(Precision.values(), Precision::of),
                        found(Prediction.values(), Prediction::of),
                        found(PromptSyntax.values(), PromptSyntax::of),
                        found(AdapterFormat.values(), AdapterFormat::of),
                        found(ModelLayout.values(), ModelLayout::of),
                        found(NewModel.Size.values(), NewModel.Size::of),
                        found(Upscaling.values(), Upscaling::of))
                .flatMap(Function.identity());
    }

    private static <E extends Enum<E>> Stream<DynamicTest> found(E[] constants, Function<String, E> lookup) {
        return Arrays.stream(constants)
                .map(constant ->
                        DynamicTest.dynamicTest(constant.getDeclaringClass().getSimpleName() + "." + constant, () -> {
                            String lower = constant.name().toLowerCase(Locale.ROOT);
                            for (String name :
                                    List.of(constant.name(), lower, lower.replace('_', '-'), lower.replace('_', ' '))) {
                                assertThat(lookup.apply(name)).isSameAs(constant);
                            }
                        }));
    }

    @ParameterizedTest
    @EnumSource
    void upscalersAreFoundByTheirLabels(Upscaling upscaling) {
        assertThat(Upscaling.of(upscaling.label())).isEqualTo(upscaling);
    }

    @ParameterizedTest
    @EnumSource
    void predictionsAreFoundByTheirWords(Prediction prediction) {
        assertThat(Prediction.of(prediction.word())).isEqualTo(prediction);
    }

    @Test
    void shortFormsAreFound() {
        assertThat(Stream.of("fp32", "BF16", "fp16").map(Precision::of))
                .containsExactly(Precision.FLOAT32, Precision.BFLOAT16, Precision.FLOAT16);
        assertThat(Prediction.of("V")).isEqualTo(Prediction.V_PREDICTION);
    }

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        assertRefused(
                () -> ModelLayout.of("onnx"), "unknown model layout \"onnx\", expected one of diffusers, single_file");
        assertRefused(() -> NewModel.Size.of(""), "unknown model size \"\", expected one of tiny, sd15");
    }

    private static void assertRefused(ThrowingCallable lookup, String message) {
        assertThatIllegalArgumentException().isThrownBy(lookup).withMessage(message);
    }
}
