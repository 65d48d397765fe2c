package io.github.sdfinetune.core.config;

import io.github.sdfinetune.error.ModelFormatException;
import java.util.Map;

/**
 * What {@code text_encoder/config.json} says about a CLIPTextModel; absent keys have the defaults of transformers. Other keys are
 * ignored: such files hold dozens that have nothing to do with the text model. In the file of a whole CLIP the text model's keys
 * stand under {@code text_config}.
 *
 * @param maxPositionEmbeddings the most tokens, 77
 * @param projectionDim width of the projected pooled state, for models that have one
 * @param eosTokenId the pooled state is that of the first such token; but 2, which old files have by mistake, means the largest
 *     id in the row
 */
public record ClipTextConfig(
        int vocabSize,
        int hiddenSize,
        int intermediateSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int maxPositionEmbeddings,
        Activation activation,
        double layerNormEps,
        int projectionDim,
        int eosTokenId) {

    /** The activation between the two linear layers of a block. */
    public enum Activation {
        QUICK_GELU,
        GELU
    }

    /**
     * Takes the configuration from JSON.
     *
     * @throws ModelFormatException if it contradicts itself or asks for what is not supported
     */
    public static ClipTextConfig from(JsonFile file) {
        JsonFile json = file.isObject("text_config") ? file.object("text_config") : file;
        json.oneOf("model_type", Map.of("clip_text_model", true, "clip", true), true);
        int hiddenSize = Fields.size(json, "hidden_size", 512);
        int heads = Fields.size(json, "num_attention_heads", 8);
        Fields.checkDivisible(json, "hidden_size", hiddenSize, heads, "attention heads");
        return new ClipTextConfig(
                Fields.size(json, "vocab_size", 49408),
                hiddenSize,
                Fields.size(json, "intermediate_size", 2048),
                Fields.size(json, "num_hidden_layers", 12),
                heads,
                Fields.size(json, "max_position_embeddings", 77),
                json.oneOf(
                        "hidden_act",
                        Map.of("quick_gelu", Activation.QUICK_GELU, "gelu", Activation.GELU),
                        Activation.QUICK_GELU),
                Fields.positive(json, "layer_norm_eps", 1e-5),
                Fields.size(json, "projection_dim", 512),
                json.integer("eos_token_id", 49407));
    }
}
