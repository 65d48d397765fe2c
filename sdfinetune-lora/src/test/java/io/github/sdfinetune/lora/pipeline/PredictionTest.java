package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.ModelConversion;
import io.github.sdfinetune.ModelLayout;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a model predicts is what its files say, unless it was said how to load it. */
final class PredictionTest {
    private static final LoadOptions OPTIONS = LoadOptions.defaults().threads(1);

    @TempDir
    private static Path shared;

    private static Path model;

    @TempDir
    private Path folder;

    @BeforeAll
    static void create() {
        model = shared.resolve("model");
        NewModel.tiny(1).write(model);
    }

    @ParameterizedTest
    @EnumSource(
            value = Prediction.class,
            names = {"EPSILON", "V_PREDICTION", "SAMPLE"})
    void whatIsSaidCountsAsIfTheModelSaidIt(Prediction prediction) throws IOException {
        // The sampler that the model comes with can't read clean latents.
        ModelCopy saying = ModelCopy.of(model, folder.resolve("saying"))
                .set("scheduler/scheduler_config.json", "_class_name", "\"DDIMScheduler\"")
                .set("scheduler/scheduler_config.json", "prediction_type", '"' + prediction.word() + '"');
        byte[] expected = picture(saying.folder(), OPTIONS, prediction);

        assertThat(picture(model, OPTIONS.prediction(prediction), prediction)).isEqualTo(expected);
        boolean theModelsOwn = prediction == Prediction.EPSILON;
        assertThat(Arrays.equals(expected, picture(model, OPTIONS, Prediction.EPSILON)))
                .isEqualTo(theModelsOwn);
    }

    @Test
    void whatIsSaidOfAFileCountsToo() {
        Path file = folder.resolve("model.safetensors");
        ModelConversion.of(model, ModelLayout.SINGLE_FILE).write(file);
        LoadOptions said = OPTIONS.prediction(Prediction.V_PREDICTION);

        byte[] expected = picture(model, said, Prediction.V_PREDICTION);
        assertThat(picture(file, said.configs(model), Prediction.V_PREDICTION)).isEqualTo(expected);
    }

    @Test
    void whatIsSaidIsWrittenIntoAConversion() {
        Path file = folder.resolve("model.safetensors");
        Path back = folder.resolve("back");
        ModelConversion.of(model, ModelLayout.SINGLE_FILE)
                .withPrediction(Prediction.V_PREDICTION)
                .write(file);
        ModelConversion.of(file, ModelLayout.DIFFUSERS)
                .withConfigs(model)
                .withPrediction(Prediction.V_PREDICTION)
                .write(back);

        byte[] expected = picture(model, OPTIONS.prediction(Prediction.V_PREDICTION), Prediction.V_PREDICTION);
        assertThat(picture(back, OPTIONS, Prediction.V_PREDICTION)).isEqualTo(expected);
    }

    @Test
    void theModelsOwnSamplerMayNotReadWhatIsSaid() {
        try (Pipeline pipeline = Pipeline.load(model, OPTIONS.prediction(Prediction.SAMPLE))) {
            assertThatThrownBy(() -> pipeline.generate(Generation.of("a red disc")))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("is \"sample\", which the sampler PLMS can't read; others can: DDIM,");
        }
    }

    private static byte[] picture(Path model, LoadOptions options, Prediction inForce) {
        try (Pipeline pipeline = Pipeline.load(model, options)) {
            assertThat(pipeline.info().prediction()).isEqualTo(inForce);
            return pipeline.generate(generation()).rgb();
        }
    }

    @Test
    void flowMatchingIsNotAskedForSo() {
        ModelConversion conversion = ModelConversion.of(model, ModelLayout.DIFFUSERS);
        for (ThrowingCallable saying : List.<ThrowingCallable>of(
                () -> OPTIONS.prediction(Prediction.FLOW_PREDICTION),
                () -> conversion.withPrediction(Prediction.FLOW_PREDICTION))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(saying)
                    .withMessage("prediction must be EPSILON, V_PREDICTION or SAMPLE, was FLOW_PREDICTION, which only a"
                            + " model's scheduler configuration can ask for");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "epsilon, EPSILON",
        "V_Prediction, V_PREDICTION",
        "v, V_PREDICTION",
        "sample, SAMPLE",
        "flow-prediction, FLOW_PREDICTION"
    })
    void predictionsHaveNames(String name, Prediction prediction) {
        assertThat(Prediction.of(name)).isEqualTo(prediction);
    }

    @Test
    void anUnknownPredictionIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prediction.of("velocity"))
                .withMessage("unknown prediction \"velocity\", expected one of epsilon, v_prediction, sample,"
                        + " flow_prediction");
    }
}
