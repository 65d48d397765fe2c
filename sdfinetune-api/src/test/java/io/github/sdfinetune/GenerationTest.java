package io.github.sdfinetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GenerationTest {
    private static final Picture GRAY = Picture.of(8, 8, new byte[3 * 8 * 8]);

    /** Does nothing: these tests only hand it on. */
    private static final Adapter MUG = new Adapter() {
        @Override
        public String name() {
            return "mug";
        }

        @Override
        public String hash() {
            return "0";
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }

        @Override
        public void save(Path file, AdapterFormat format) {
            throw new UnsupportedOperationException();
        }
    };

    /** Does nothing, too. */
    private static final ControlNet NET = new ControlNet() {
        @Override
        public String name() {
            return "canny";
        }

        @Override
        public String hash() {
            return "0";
        }

        @Override
        public void close() {}
    };

    @Test
    void settingsLeaveEachOtherAlone() {
        AdapterRegistry registry = AdapterRegistry.of(List.of(MUG));
        ImageToImage start = new ImageToImage(GRAY, 0.5);
        SizeConditioning sizes = SizeConditioning.of(32, 24);
        Control control = Control.by(NET, GRAY);
        List<UnaryOperator<Generation>> settings = new ArrayList<>(List.of(
                g -> g.negativePrompt("n1", "n2"),
                g -> g.secondPrompt("s"),
                g -> g.secondNegativePrompt("sn"),
                g -> g.promptSyntax(PromptSyntax.A1111),
                g -> g.clipSkip(1, 2),
                g -> g.registry(registry),
                g -> g.with(MUG, 0.5f),
                g -> g.control(control),
                g -> g.start(start),
                g -> g.sizeConditioning(sizes),
                g -> g.size(16, 24),
                g -> g.tiledVae(false),
                g -> g.previewEvery(3),
                g -> g.count(2),
                g -> g.seeds(1, 2, 3, 4),
                g -> g.sampler(Sampler.of("Euler")),
                g -> g.steps(7),
                g -> g.eta(0.25),
                g -> g.guidanceScale(3),
                g -> g.guidanceRescale(0.7),
                g -> g.guidanceInterval(0.1, 0.9)));
        for (int order = 0; order < 2; order++) {
            Generation whole = Generation.of("p1", "p2");
            for (UnaryOperator<Generation> setting : settings) {
                whole = setting.apply(whole);
            }
            assertThat(whole.prompts()).containsExactly("p1", "p2");
            assertThat(whole.negativePrompts()).containsExactly("n1", "n2");
            assertThat(whole.negativePrompt(1)).isEqualTo("n2");
            assertThat(whole.secondPrompts()).containsExactly("s");
            assertThat(whole.secondNegativePrompts()).containsExactly("sn");
            assertThat(whole.promptSyntax()).isEqualTo(PromptSyntax.A1111);
            assertThat(whole.clipSkips()).containsExactly(1, 2);
            assertThat(whole.registry()).isSameAs(registry);
            assertThat(whole.adapters()).containsExactly(new Generation.WeightedAdapter(MUG, 0.5f));
            assertThat(whole.controls()).containsExactly(control);
            assertThat(whole.startingPicture()).contains(start);
            assertThat(whole.sizeConditioning()).contains(sizes);
            assertThat(whole.width()).hasValue(16);
            assertThat(whole.height()).hasValue(24);
            assertThat(whole.tiledVae()).contains(false);
            assertThat(whole.previewEvery()).hasValue(3);
            assertThat(whole.count()).isEqualTo(2);
            assertThat(whole.pictures()).isEqualTo(4);
            assertThat(whole.seeds()).containsExactly(1L, 2L, 3L, 4L);
            assertThat(whole.sampler()).contains(Sampler.of("Euler"));
            assertThat(whole.steps()).isEqualTo(7);
            assertThat(whole.eta()).isEqualTo(0.25);
            assertThat(whole.guidanceScale()).isEqualTo(3);
            assertThat(whole.guidanceRescale()).isEqualTo(0.7);
            assertThat(whole.guidanceFrom()).isEqualTo(0.1);
            assertThat(whole.guidanceTo()).isEqualTo(0.9);
            Collections.reverse(settings);
        }
    }

    @Test
    void whatIsNotSaidIsTheDefault() {
        Generation plain = Generation.of("p1", "p2");
        assertThat(plain.negativePrompt(1)).isEmpty();
        assertThat(plain.clipSkips()).containsExactly(0, 0);
        assertThat(plain.steps()).isEqualTo(25);
        assertThat(plain.count()).isEqualTo(1);
        assertThat(plain.guidanceScale()).isEqualTo(7.5);
        assertThat(plain.guidanceTo()).isEqualTo(1);
        assertThat(plain.seeds()).isEmpty();
        assertThat(plain.width()).isEqualTo(OptionalInt.empty());
        assertThat(plain.tiledVae()).isEqualTo(Optional.empty());
    }

    @Test
    void otherPromptsMustBeAsManyAsWhatWasGivenForEach() {
        Generation two = Generation.of("a", "b");
        assertRefused(() -> two.negativePrompt("c", "d").prompts("e"), "negative prompt", 1);
        assertRefused(() -> two.clipSkip(1, 2).prompts("e", "f", "g"), "clip skip", 3);
        assertRefused(() -> two.control(Control.by(NET, GRAY, GRAY)).prompts("e", "f", "g"), "control picture", 3);
    }

    @Test
    void aSecondPassFollowsAGenerationFromNoise() {
        HighResolution high = HighResolution.of(64, 64);
        Generation twoPasses =
                Generation.of("a").highResolution(high).size(16, 24).sizeConditioning(SizeConditioning.of(32, 24));
        assertThat(twoPasses.highResolution()).contains(high);
        Generation fromPicture = Generation.of("a").imageToImage(GRAY, 0.5);
        for (ThrowingCallable both : List.<ThrowingCallable>of(
                () -> twoPasses.imageToImage(GRAY, 0.5), () -> fromPicture.highResolution(high))) {
            assertThatThrownBy(both)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "a second pass at high resolution follows a generation from noise, but a picture to start"
                                    + " from is given as well; use one of them");
        }
    }

    @Test
    void moreThanCanBeDenoisedTogetherIsRefused() {
        Generation two = Generation.of("a", "b");
        assertThat(two.count(1 << 15).pictures()).isEqualTo(1 << 16);
        for (int count : new int[] {(1 << 15) + 1, 1 << 30, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> two.count(count))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("at most 65536 pictures can be denoised together, but " + count
                            + " of each of 2 prompts were asked for");
        }
    }

    private static void assertRefused(ThrowingCallable call, String what, int prompts) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("one " + what + " or one for each of the " + prompts + " prompts is needed, not 2");
    }
}
