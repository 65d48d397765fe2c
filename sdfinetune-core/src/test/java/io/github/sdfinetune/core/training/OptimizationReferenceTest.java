package io.github.sdfinetune.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/** Optimizers and learning rates against torch and diffusers. */
@Tag("reference")
final class OptimizationReferenceTest {
    private static final List<String> PARAMETERS = List.of("W", "v", "K");

    private final Path folder = ReferenceFolder.get().path("training");

    @TestFactory
    Stream<DynamicTest> learningRates() {
        JsonFile tables = JsonFile.read(folder.resolve("tables.json"));
        List<JsonFile> schedules = tables.objects("lr_schedules");
        return Stream.iterate(0, i -> i + 1)
                .limit(schedules.size())
                .map(i -> dynamicTest(
                        "training/lr_schedules/" + i + "_" + schedules.get(i).string("name"),
                        () -> compareRates(schedules.get(i))));
    }

    private static void compareRates(JsonFile schedule) {
        if (!schedule.string("name").equals("constant")) {
            throw new TestAbortedException("not built yet: learning-rate schedule " + schedule.string("name"));
        }
        LearningRate rate = LearningRate.constant(schedule.number("base_lr"));
        List<Double> expected = schedule.numbers("lr_used_at_step");
        for (int step = 0; step < expected.size(); step++) {
            assertThat(rate.at(step)).isCloseTo(expected.get(step), within(1e-5 * expected.get(step)));
        }
    }

    @TestFactory
    Stream<DynamicTest> optimizers() {
        return JsonFile.read(folder.resolve("optimizers.json")).objects("optimizers").stream()
                .map(optimizer -> dynamicTest(
                        "training/optimizers/" + optimizer.string("id"), () -> compareOptimizer(optimizer)));
    }

    private void compareOptimizer(JsonFile optimizer) {
        JsonFile arguments = optimizer.object("arguments");
        if (!optimizer.string("id").startsWith("adamw") || arguments.flag("amsgrad", false)) {
            throw new TestAbortedException("not built yet: optimizer " + optimizer.string("id"));
        }
        SafetensorsFile golden = SafetensorsFile.open(folder.resolve("optimizers.safetensors"));
        List<Double> betas = arguments.numbers("betas");
        try (Arena arena = new Arena();
                Scope scope = Scope.open()) {
            List<Tensor> parameters = PARAMETERS.stream()
                    .map(name -> golden.entry("start/" + name).toTensor())
                    .toList();
            AdamW adamW = new AdamW(
                    parameters,
                    new AdamW.Settings(
                            betas.get(0), betas.get(1), arguments.number("eps"), arguments.number("weight_decay")),
                    arena);
            for (int step = 1; step <= 5; step++) {
                adamW.step(gradients(golden, parameters, step), arguments.number("lr"));
                compare(golden, optimizer, parameters, step);
            }
        }
    }

    /** The problem's gradient at a step: C · parameter + D[step − 1]. */
    private static List<Tensor> gradients(SafetensorsFile golden, List<Tensor> parameters, int step) {
        List<Tensor> gradients = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            float[] all = golden.floats("D/" + PARAMETERS.get(i));
            int count = (int) parameters.get(i).count();
            float[] offset = Arrays.copyOfRange(all, (step - 1) * count, step * count);
            gradients.add(parameters
                    .get(i)
                    .multiply(golden.entry("C/" + PARAMETERS.get(i)).toTensor())
                    .add(Tensor.of(offset, parameters.get(i).shape())));
        }
        return gradients;
    }

    private static void compare(SafetensorsFile golden, JsonFile optimizer, List<Tensor> parameters, int step) {
        for (int i = 0; i < parameters.size(); i++) {
            String name = optimizer.string("id") + "/step" + step + "/" + PARAMETERS.get(i);
            FloatAssert.assertClose(
                    name, parameters.get(i).toFloats(), golden.floats(name), optimizer.number("tolerance_atol"), 0);
        }
    }
}
