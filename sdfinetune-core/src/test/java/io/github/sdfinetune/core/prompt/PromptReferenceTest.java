package io.github.sdfinetune.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/** The cases of {@code adapters/prompts.json}; they have no names, only places in their lists. */
@Tag("reference")
final class PromptReferenceTest {
    private static final Path FILE = ReferenceFolder.get().path("adapters/prompts.json");

    @TestFactory
    Stream<DynamicTest> prompts() throws IOException {
        if (!Files.exists(FILE)) {
            return Stream.of(dynamicTest("adapters/prompts", () -> {
                throw new TestAbortedException("the reference data has no adapters/prompts.json");
            }));
        }
        JsonObject all = JsonParser.parseString(Files.readString(FILE)).getAsJsonObject();
        double rtol = all.getAsJsonObject("tolerance").get("weights_rtol").getAsDouble();
        return Stream.of(
                        tests("attention", all, test -> assertParts(test, rtol, Attention.parse(prompt(test)))),
                        tests("schedules", all, test -> schedule(test, PromptSteps.of(integer(test, "steps")))),
                        tests("schedules_hires", all, PromptReferenceTest::scheduleOfTheSecondPass),
                        tests("and", all, test -> assertParts(test, rtol, Composition.parse(prompt(test)))),
                        tests("extra_networks", all, PromptReferenceTest::networks),
                        chunks(all.getAsJsonObject("chunks")),
                        emphasis(all.getAsJsonObject("emphasis")))
                .flatMap(tests -> tests);
    }

    private static Stream<DynamicTest> tests(String section, JsonObject all, Consumer<JsonObject> check) {
        return places("adapters/prompts/" + section, all.getAsJsonArray(section), check);
    }

    private static Stream<DynamicTest> places(String name, JsonArray cases, Consumer<JsonObject> check) {
        return IntStream.range(0, cases.size())
                .mapToObj(place -> dynamicTest(
                        name + "/" + place, () -> check.accept(cases.get(place).getAsJsonObject())));
    }

    private static String prompt(JsonObject test) {
        return test.get("prompt").getAsString();
    }

    private static int integer(JsonObject test, String key) {
        return test.get(key).getAsInt();
    }

    private static void assertParts(JsonObject test, double rtol, List<WeightedText> actual) {
        List<JsonArray> expected = arrays(test.getAsJsonArray("parts"));
        assertThat(actual.stream().map(WeightedText::text))
                .isEqualTo(
                        expected.stream().map(part -> part.get(0).getAsString()).toList());
        for (int i = 0; i < actual.size(); i++) {
            double weight = expected.get(i).get(1).getAsDouble();
            assertThat(Math.abs(actual.get(i).weight() - weight)).isLessThanOrEqualTo(rtol * Math.abs(weight));
        }
    }

    private static void scheduleOfTheSecondPass(JsonObject test) {
        schedule(test, new PromptSteps(integer(test, "hires_steps"), integer(test, "base_steps")));
    }

    private static void schedule(JsonObject test, PromptSteps steps) {
        PromptSchedule schedule = PromptSchedule.parse(prompt(test), steps);
        assertThat(schedule.lastSteps().stream()
                        .map(step -> new PromptPlan.Span(step, schedule.textAt(step)))
                        .toList())
                .isEqualTo(arrays(test.getAsJsonArray("schedule")).stream()
                        .map(entry -> new PromptPlan.Span(
                                entry.get(0).getAsInt(), entry.get(1).getAsString()))
                        .toList());
    }

    private static void networks(JsonObject test) {
        ExtraNetworks found = ExtraNetworks.parse(prompt(test));
        assertThat(found.text()).isEqualTo(test.get("text_left").getAsString());
        JsonArray expected = test.getAsJsonArray("networks");
        assertThat(found.networks()).hasSize(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            JsonObject network = expected.get(i).getAsJsonObject();
            ExtraNetwork actual = found.networks().get(i);
            assertThat(actual.type()).isEqualTo(network.get("type").getAsString());
            assertThat(actual.items()).isEqualTo(strings(network.getAsJsonArray("items")));
            assertThat(actual.positional()).isEqualTo(strings(network.getAsJsonArray("positional")));
            assertThat(actual.named()).isEqualTo(stringMap(network.getAsJsonObject("named")));
        }
    }

    private static Stream<DynamicTest> chunks(JsonObject section) {
        ChunkForm form = new ChunkForm(
                integer(section, "start"),
                integer(section, "end"),
                integer(section, "end"),
                integer(section, "comma"),
                75);
        ConceptIndex noConcepts = new ConceptIndex(List.of(), text -> new long[0]);
        return places("adapters/prompts/chunks", section.getAsJsonArray("cases"), test -> {
            ChunkBuilder builder = new ChunkBuilder(form, integer(test, "comma_backtrack"));
            for (JsonArray segment : arrays(test.getAsJsonArray("segments"))) {
                if (segment.get(0).isJsonPrimitive()) {
                    builder.endChunk();
                } else {
                    float multiplier = segment.get(1).getAsFloat();
                    noConcepts
                            .words(longs(segment.get(0).getAsJsonArray()))
                            .forEach(word -> builder.add(word, multiplier));
                }
            }
            assertChunks(builder.build(), test.getAsJsonArray("chunks"));
        });
    }

    private static void assertChunks(List<PromptChunk> actual, JsonArray expected) {
        assertThat(actual).hasSize(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            JsonObject chunk = expected.get(i).getAsJsonObject();
            assertThat(actual.get(i).ids()).isEqualTo(longs(chunk.getAsJsonArray("tokens")));
            assertThat(actual.get(i).multipliers()).isEqualTo(floats(chunk.getAsJsonArray("multipliers")));
        }
    }

    private static Stream<DynamicTest> emphasis(JsonObject section) {
        JsonObject tolerance = section.getAsJsonObject("tolerance");
        SafetensorsFile tensors =
                SafetensorsFile.open(FILE.resolveSibling(section.get("file").getAsString()));
        return tensors.names().stream()
                .map(name -> name.substring(0, name.indexOf('/')))
                .distinct()
                .sorted()
                .map(name -> dynamicTest("adapters/prompts/" + name.replace('_', '/'), () -> {
                    for (Emphasis emphasis : Emphasis.values()) {
                        String key = name + (emphasis == Emphasis.ORIGINAL ? "/original" : "/no_norm");
                        FloatAssert.assertClose(
                                key,
                                applied(emphasis, tensors, name),
                                tensors.floats(key),
                                tolerance.get("atol").getAsDouble(),
                                tolerance.get("rtol").getAsDouble());
                    }
                }));
    }

    private static float[] applied(Emphasis emphasis, SafetensorsFile tensors, String name) {
        long[] shape = tensors.entry(name + "/z").shape().stream()
                .mapToLong(Long::longValue)
                .toArray();
        float[] multipliers = tensors.floats(name + "/multipliers");
        int tokens = Math.toIntExact(shape[1]);
        float[][] rows = IntStream.range(0, Math.toIntExact(shape[0]))
                .mapToObj(row -> Arrays.copyOfRange(multipliers, row * tokens, (row + 1) * tokens))
                .toArray(float[][]::new);
        int[] uses = new int[rows.length];
        Arrays.fill(uses, 1);
        try (Scope scope = Scope.open()) {
            return emphasis.apply(Tensor.of(tensors.floats(name + "/z"), shape), rows, uses)
                    .toFloats();
        }
    }

    private static List<JsonArray> arrays(JsonArray array) {
        List<JsonArray> arrays = new ArrayList<>();
        array.forEach(element -> arrays.add(element.getAsJsonArray()));
        return arrays;
    }

    private static List<String> strings(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsString).toList();
    }

    private static Map<String, String> stringMap(JsonObject object) {
        Map<String, String> map = new TreeMap<>();
        object.entrySet()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().getAsString()));
        return map;
    }

    private static long[] longs(JsonArray array) {
        return array.asList().stream().mapToLong(JsonElement::getAsLong).toArray();
    }

    private static float[] floats(JsonArray array) {
        float[] floats = new float[array.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = array.get(i).getAsFloat();
        }
        return floats;
    }
}
