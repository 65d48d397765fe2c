package io.github.sdfinetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AdapterRegistryTest {
    private record Named(String name) implements Adapter {
        @Override
        public String hash() {
            return "";
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }

        @Override
        public void save(Path file, AdapterFormat format) {
            throw new UnsupportedOperationException("nothing to save");
        }
    }

    @Test
    void adaptersAreFoundUnderTheNamesTheyWereGiven() {
        Adapter house = new Named("house");
        assertThat(AdapterRegistry.of(Map.of("home", house)).find("home")).isSameAs(house);
        assertThat(AdapterRegistry.of(List.of(house)).find("house")).isSameAs(house);
    }

    @Test
    void aChangedMapDoesNotChangeTheRegistry() {
        Map<String, Adapter> adapters = new HashMap<>(Map.of("house", new Named("house")));
        AdapterRegistry registry = AdapterRegistry.of(adapters);
        adapters.clear();
        assertThat(registry.names()).containsExactly("house");
    }

    @Test
    void anUnknownNameGetsTheNearestOnes() {
        AdapterRegistry registry = registry("house", "horse", "mouse", "cathedral");
        assertThatThrownBy(() -> registry.find("House"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no adapter is called \"House\"; did you mean \"house\" or \"horse\" or \"mouse\"?");
        assertThatThrownBy(() -> registry.find("catedral"))
                .hasMessage("no adapter is called \"catedral\"; did you mean \"cathedral\"?");
    }

    @Test
    void namesOfAdaptersThatWereNotReadAreSuggested() {
        AdapterRegistry registry = registry("house").suggesting(List.of("cathedral", "house"));
        assertThat(registry.names()).containsExactly("house");
        assertThatThrownBy(() -> registry.find("catedral"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no adapter is called \"catedral\"; did you mean \"cathedral\"?");
        assertThatThrownBy(() -> registry.find("watercolour"))
                .hasMessage("no adapter is called \"watercolour\"; known are \"cathedral\", \"house\"");
    }

    @Test
    void withoutANearNameTheKnownOnesAreListed() {
        assertThatThrownBy(() -> registry("house", "mug").find("watercolour"))
                .hasMessage("no adapter is called \"watercolour\"; known are \"house\", \"mug\"");
        assertThatThrownBy(() -> AdapterRegistry.empty().find("house"))
                .hasMessage("no adapter is called \"house\"; none is registered");
    }

    @Test
    void aLongNameCostsNothing() {
        assertThatThrownBy(() -> registry("house").find("x".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("; known are \"house\"");
    }

    @Test
    void aSyntaxIsFoundByName() {
        assertThat(PromptSyntax.of("a1111")).isEqualTo(PromptSyntax.A1111);
        assertThat(PromptSyntax.of("Plain")).isEqualTo(PromptSyntax.PLAIN);
        assertThatThrownBy(() -> PromptSyntax.of("compel"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown prompt syntax \"compel\", expected one of plain, a1111");
    }

    private static AdapterRegistry registry(String... names) {
        return AdapterRegistry.of(Stream.of(names).collect(Collectors.toMap(Function.identity(), Named::new)));
    }
}
