package io.github.sdfinetune.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.core.weights.WeightEntry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/** Seeded numbers against torch's CPU generator. */
@Tag("reference")
final class NoiseSourceReferenceTest {
    private static final String FOLDER = "models/golden/random";
    private static final Pattern DRAW = Pattern.compile("(\\w+)\\.seed_(\\d+)\\.size_(\\d+)");
    private static final Pattern SEQUENCE = Pattern.compile("sequence\\.seed_(\\d+)\\.(randn_[\\dx]+)");

    private final Path folder = ReferenceFolder.get().path(FOLDER);
    private final JsonFile cases = JsonFile.read(folder.resolve("cases.json"));
    private final SafetensorsFile golden = SafetensorsFile.open(folder.resolve(cases.string("file")));

    @TestFactory
    Stream<DynamicTest> draws() {
        return golden.entries().stream()
                .filter(entry -> !entry.name().startsWith("sequence"))
                .map(entry -> DynamicTest.dynamicTest(FOLDER + "/" + entry.name(), () -> compare(entry)));
    }

    private void compare(WeightEntry entry) {
        Matcher name = DRAW.matcher(entry.name());
        assertThat(name.matches()).as(entry.name()).isTrue();
        int size = Integer.parseInt(name.group(3));
        try (NoiseSource source = NoiseSource.seeded(Long.parseLong(name.group(2)));
                Scope scope = Scope.open()) {
            switch (name.group(1)) {
                case "randn" -> assertClose(entry, source.normal(size).toFloats());
                case "randn_f64" ->
                    assertThat(source.normal(ScalarType.FLOAT64, size).toDoubles())
                            .containsExactly(doubles(entry));
                case "randn_f16" ->
                    assertThat(source.normal(ScalarType.FLOAT16, size).toFloats())
                            .containsExactly(entry.floats());
                case "rand" -> assertClose(entry, source.uniform(size).toFloats());
                case "randint_0_1000" ->
                    assertThat(source.integers(0, 1000, size)).containsExactly(entry.longs());
                case "randperm" -> assertThat(source.permutation(size)).containsExactly(entry.longs());
                default -> throw new TestAbortedException("not built yet: " + name.group(1));
            }
        }
    }

    private static double[] doubles(WeightEntry entry) {
        ByteBuffer bytes = entry.data();
        double[] values = new double[entry.elements()];
        bytes.asDoubleBuffer().get(values);
        return values;
    }

    /** Several draws from one generator, in the order in which {@code sequence} in cases.json tells them. */
    @TestFactory
    Stream<DynamicTest> sequences() {
        List<String> order = new ArrayList<>();
        Matcher draws = Pattern.compile("randn\\(([\\d,]+)\\)").matcher(cases.string("sequence"));
        while (draws.find()) {
            order.add(draws.group(1));
        }
        Map<String, Long> seeds = new TreeMap<>();
        golden.names().forEach(name -> {
            Matcher matcher = SEQUENCE.matcher(name);
            if (matcher.matches()) {
                seeds.put(matcher.group(1), Long.parseLong(matcher.group(1)));
            }
        });
        return seeds.values().stream()
                .map(seed ->
                        DynamicTest.dynamicTest(FOLDER + "/sequence.seed_" + seed, () -> compareSequence(seed, order)));
    }

    private void compareSequence(long seed, List<String> order) {
        try (NoiseSource source = NoiseSource.seeded(seed);
                Scope scope = Scope.open()) {
            for (String draw : order) {
                long[] shape =
                        Stream.of(draw.split(",")).mapToLong(Long::parseLong).toArray();
                WeightEntry entry = golden.entry("sequence.seed_" + seed + ".randn_" + draw.replace(",", "x"));
                assertClose(entry, source.normal(shape).toFloats());
            }
        }
    }

    private void assertClose(WeightEntry entry, float... actual) {
        FloatAssert.assertClose(entry.name(), actual, entry.floats(), cases.number("atol"), 0);
    }
}
