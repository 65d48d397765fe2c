package io.github.sdfinetune.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JsonFileTest {
    @Test
    void theNumbersThatPythonWritesAreRead() {
        JsonFile file = JsonFile.parse(Path.of("config.json"), """
                {"a": -Infinity, "b": [NaN, Infinity, 1], "c": "x: NaN, \\"Infinity\\""}""");
        assertThat(file.number("a")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(file.string("c")).isEqualTo("x: NaN, \"Infinity\"");
        assertThat(file.numbers("b")).containsExactly(Double.NaN, Double.POSITIVE_INFINITY, 1.0);
    }

    @Test
    void wholeNumbersKeepAllTheirBits() {
        JsonFile json = parse("{\"seed\": 9223372036854775807, \"seeds\": [9007199254740993, -1, 2.0]}");
        assertThat(json.wholeNumber("seed")).isEqualTo(Long.MAX_VALUE);
        assertThat(json.wholeNumbers("seeds")).containsExactly(9007199254740993L, -1L, 2L);
    }

    @Test
    void whatIsNoWholeNumberIsRefused() {
        JsonFile json = parse("{\"half\": 0.5, \"large\": [9223372036854775808], \"huge\": 1e99999, \"text\": \"1\"}");
        assertThatThrownBy(() -> json.wholeNumber("half"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("file.json: 'half' is 0.5, expected a whole number of 64 bits");
        assertThatThrownBy(() -> json.wholeNumbers("large"))
                .hasMessage("file.json: 'large' is 9223372036854775808, expected a whole number of 64 bits");
        assertThatThrownBy(() -> json.wholeNumber("huge"))
                .hasMessage("file.json: 'huge' is 1e99999, expected a whole number of 64 bits");
        assertThatThrownBy(() -> json.wholeNumber("text"))
                .hasMessage("file.json: 'text' is \"1\", expected a whole number");
    }

    @Test
    void listsOfListsAreToldFromLists() {
        JsonFile json =
                parse("{\"pairs\": [[\"a\", \"b\"]], \"words\": [\"a b\"], \"none\": [], \"mixed\": [[\"a\"], 1]}");
        assertThat(json.isListOfLists("pairs")).isTrue();
        assertThat(json.stringLists("pairs")).containsExactly(List.of("a", "b"));
        assertThat(json.isListOfLists("words")).isFalse();
        assertThat(json.isListOfLists("none")).isFalse();
        assertThat(json.isListOfLists("absent")).isFalse();
        assertThatThrownBy(() -> json.stringLists("mixed"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("file.json: 'mixed' is 1, expected a list");
    }

    private static JsonFile parse(String text) {
        return JsonFile.parse(Path.of("file.json"), text);
    }
}
