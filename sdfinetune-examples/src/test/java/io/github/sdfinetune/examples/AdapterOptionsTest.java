package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.AdapterRegistry;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Generation.WeightedAdapter;
import io.github.sdfinetune.RequestInputs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdapterOptionsTest {
    private static final Adapter MUG = new Named("mug");
    private static final Adapter CUP = new Named("cup");
    private static final Generation SAVED = Generation.of("a mug").with(MUG, 0.8f);

    /** Does nothing: what counts here is what a generation is given. */
    private static class Named implements Adapter {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String hash() {
            return "of " + name;
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }

        @Override
        public void save(Path file, AdapterFormat format) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void adaptersActWithTheirScales() {
        assertThat(withAdapters(Generation.of("a mug"), given(MUG, "mug:0.5"), given(CUP, "cup")))
                .containsExactly(new WeightedAdapter(MUG, 0.5f), new WeightedAdapter(CUP, 1));
    }

    @Test
    void aSavedScaleIsKept() {
        for (String argument : new String[] {"mug", "mug:0.8", "mug:+.80"}) {
            assertThat(withAdapters(SAVED, given(MUG, argument), given(CUP, "cup:2")))
                    .containsExactly(new WeightedAdapter(MUG, 0.8f), new WeightedAdapter(CUP, 2));
        }
    }

    @Test
    void anotherScaleThanTheSavedIsRefused() {
        for (String scale : new String[] {"0.5", "1.0"}) {
            assertThatThrownBy(() -> withAdapters(SAVED, given(MUG, "mug:" + scale)))
                    .isInstanceOf(OptionException.class)
                    .hasMessage("--adapter: the request of --from lets \"mug\" act with the scale 0.8, which can't be"
                            + " changed: expected the same, or FILE alone, was " + scale);
        }
    }

    @Test
    void filesOfOneNameAllAct() {
        Adapter other = new Named("mug") {
            @Override
            public String hash() {
                return "another";
            }
        };
        assertThat(withAdapters(SAVED, given(other, "b/mug:0.5"), given(MUG, "mug"), given(other, "b/mug")))
                .containsExactly(
                        new WeightedAdapter(MUG, 0.8f),
                        new WeightedAdapter(other, 0.5f),
                        new WeightedAdapter(other, 1));
    }

    @Test
    void aSavedRequestIsGivenAllThatAct() {
        AdapterOptions.Loaded loaded = new AdapterOptions.Loaded(AdapterRegistry.empty(), List.of(given(MUG, "mug")));
        assertThat(loaded.addTo(RequestInputs.none()).adapters()).containsExactly(MUG);
    }

    private static AdapterOptions.Given given(Adapter adapter, String argument) {
        Optional<Float> scale = AdapterArgument.parse(argument).scale();
        return new AdapterOptions.Given(adapter, scale);
    }

    private static List<WeightedAdapter> withAdapters(Generation generation, AdapterOptions.Given... given) {
        return new AdapterOptions.Loaded(AdapterRegistry.empty(), List.of(given))
                .addTo(generation)
                .adapters();
    }
}
