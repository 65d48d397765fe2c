package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.core.config.JsonFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What made pictures beside the request itself.
 *
 * <p>Texts are empty where a file does not say them.
 *
 * @param library its version
 * @param model its name, for people
 * @param modelHash the first 10 hexadecimal digits of SHA-256 over the UNet's weight files
 * @param precision that was asked for when the model was loaded
 * @param prediction what the UNet was taken to predict
 * @param device it was loaded on
 */
public record Origin(
        String library,
        String model,
        String modelHash,
        Optional<Precision> precision,
        Optional<Prediction> prediction,
        String device) {
    /** Made by this version of the library. */
    public static Origin here(
            String model, String modelHash, Precision precision, Prediction prediction, String device) {
        return new Origin(
                LibraryVersion.CURRENT, model, modelHash, Optional.of(precision), Optional.of(prediction), device);
    }

    static Origin of(JsonFile request) {
        JsonFile model = request.object("model");
        return new Origin(
                request.string("library"),
                model.string("name"),
                model.string("hash"),
                Optional.of(model.oneOf("precision", Precision.class)),
                Optional.of(model.oneOf("prediction", Prediction.class)),
                model.string("device"));
    }

    /** In one order in every process, so that equal pictures are equal files. */
    void addTo(Map<String, Object> request) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", model);
        json.put("hash", modelHash);
        precision.ifPresent(known -> json.put("precision", known.name()));
        prediction.ifPresent(known -> json.put("prediction", known.name()));
        json.put("device", device);
        request.put("library", library);
        request.put("model", json);
    }
}
