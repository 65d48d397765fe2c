package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.AdapterRegistry;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Generation.WeightedAdapter;
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
    private record Named(String name) implements Adapter {
        @Override
        public String hash() {
            return "0".repeat(64);
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
