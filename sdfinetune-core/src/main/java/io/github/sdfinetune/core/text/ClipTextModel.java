package io.github.sdfinetune.core.text;

import io.github.sdfinetune.core.config.ClipTextConfig;
import io.github.sdfinetune.core.layer.Embedding;
import io.github.sdfinetune.core.layer.LayerNorm;
import io.github.sdfinetune.core.layer.Linear;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** CLIP's text transformer (arXiv:2103.00020), which turns token ids into what the UNet is conditioned on. */
public final class ClipTextModel {
    /** Published configurations say so although the id of the end token is another; the largest id of a prompt is meant. */
    private static final int LEGACY_END_TOKEN = 2;

    private final ClipTextConfig config;
    private final Numerics numerics;
    private final Embedding tokenEmbedding;
    private final Embedding positionEmbedding;
    private final List<ClipLayer> layers = new ArrayList<>();
    private final LayerNorm finalLayerNorm;
    private final Optional<Linear> textProjection;

    /** A model without a projection, as SD 1.x and 2.x have it. */
    public ClipTextModel(ClipTextConfig config, Weights weights) {
        this(config, weights, false);
    }

    /** @param projected whether it ends in a projection of the pooled state, as the second one of SDXL does */
    public ClipTextModel(ClipTextConfig config, Weights weights, boolean projected) {
        this.config = config;
        numerics = weights.numerics();
        Weights model = weights.at("text_model");
        Weights embeddings = model.at("embeddings");
        long dim = config.hiddenSize();
        tokenEmbedding = new Embedding(embeddings.at("token_embedding"), config.vocabSize(), dim);
        positionEmbedding = new Embedding(embeddings.at("position_embedding"), config.maxPositionEmbeddings(), dim);
        for (int i = 0; i < config.numHiddenLayers(); i++) {
            layers.add(new ClipLayer(config, model.at("encoder").at("layers").at(i)));
        }
        finalLayerNorm = new LayerNorm(model.at("final_layer_norm"), dim, config.layerNormEps());
        textProjection = projected
                ? Optional.of(Linear.withoutBias(weights.at("text_projection"), dim, config.projectionDim()))
                : Optional.empty();
    }

    /** Width of the states. */
    public int dim() {
        return config.hiddenSize();
    }

    /** The most tokens of a text. */
    public int maxPositions() {
        return config.maxPositionEmbeddings();
    }

    /** How many tokens there are vectors for. */
    public int vocabularySize() {
        return config.vocabSize();
    }

    /** As {@link #hiddenStates(TextInput, int, Patches)}, of tokens alone. */
    public Tensor hiddenStates(Tensor ids, int skippedLayers, Patches patches) {
        return hiddenStates(TextInput.of(ids), skippedLayers, patches);
    }

    /**
     * The states after all layers but the last few, without the final norm.
     *
     * @param skippedLayers how many of the last layers are left out
     * @return (batch, textTokens, dim)
     */
    public Tensor hiddenStates(TextInput input, int skippedLayers, Patches patches) {
        if (skippedLayers > layers.size()) {
            throw new IllegalArgumentException("clip skip must be at most the " + layers.size()
                    + " layers of the text encoder, was " + skippedLayers);
        }
        return Scope.keeping(() -> {
            Tensor embedded = input.place(tokenEmbedding.forward(input.ids()), numerics);
            Tensor hidden = embedded.add(positionEmbedding.first(embedded.size(1)));
            for (ClipLayer layer : layers.subList(0, layers.size() - skippedLayers)) {
                hidden = layer.forward(hidden, patches);
            }
            return hidden;
        });
    }

    /** As {@link #encode(TextInput, int, Patches)}, of tokens alone. */
    public Tensor encode(Tensor ids, int skippedLayers, Patches patches) {
        return encode(TextInput.of(ids), skippedLayers, patches);
    }

    /**
     * What SD 1.x and 2.x condition the UNet on: {@link #hiddenStates(TextInput, int, Patches)} after the final norm.
     *
     * @return (batch, textTokens, dim), float32
     */
    public Tensor encode(TextInput input, int skippedLayers, Patches patches) {
        return Scope.keeping(() -> finalLayerNorm
                .forward(hiddenStates(input, skippedLayers, patches))
                .as(ScalarType.FLOAT32));
    }

    /**
     * The state of each text at its end token.
     *
     * @param ids (batch, textTokens)
     * @param encoded the result of {@link #encode(TextInput, int, Patches)} without skipped layers
     * @return (batch, dim)
     */
    public Tensor pooled(Tensor ids, Tensor encoded) {
        int batch = (int) ids.size(0);
        int tokens = (int) ids.size(1);
        long[] all = ids.toLongs();
        long[] rows = new long[batch];
        for (int i = 0; i < batch; i++) {
            rows[i] = (long) i * tokens + endPosition(all, i * tokens, tokens);
        }
        return Scope.keeping(
                () -> encoded.reshape((long) batch * tokens, encoded.size(2)).rows(rows));
    }

    /**
     * The pooled state as the projection gives it, what CLIP compares with pictures.
     *
     * @param pooled (batch, dim)
     * @return (batch, projectionDim), float32
     * @throws IllegalStateException if this model has no projection
     */
    public Tensor project(Tensor pooled, Patches patches) {
        Linear projection =
                textProjection.orElseThrow(() -> new IllegalStateException("this text encoder has no projection"));
        return Scope.keeping(
                () -> projection.forward(numerics.enter(pooled), patches).as(ScalarType.FLOAT32));
    }

    /** Width of the projected state; absent without a projection. */
    public OptionalInt projectionDim() {
        return textProjection.isPresent() ? OptionalInt.of(config.projectionDim()) : OptionalInt.empty();
    }

    private int endPosition(long[] ids, int from, int tokens) {
        int largest = 0;
        for (int i = 0; i < tokens; i++) {
            if (config.eosTokenId() != LEGACY_END_TOKEN && ids[from + i] == config.eosTokenId()) {
                return i;
            }
            if (ids[from + i] > ids[from + largest]) {
                largest = i;
            }
        }
        return config.eosTokenId() == LEGACY_END_TOKEN ? largest : 0;
    }
}
