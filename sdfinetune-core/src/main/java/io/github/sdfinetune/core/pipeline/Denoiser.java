package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.unet.Conditioning;
import io.github.sdfinetune.core.unet.ControlResiduals;
import io.github.sdfinetune.core.unet.UNet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The UNet with all that it is conditioned on in one request: prompts, guidance, further input channels, ControlNets. */
final class Denoiser {
    private final UNet unet;
    private final PromptBatch prompts;
    private final Guidance guidance;
    private final Optional<float[]> inputChannels;
    private final Controls controls;
    private final Patches patches;

    /**
     * @param inputChannels what an inpainting model is given behind the noisy latents, (batch, channels, height/8, width/8)
     * @param controls ControlNets with their pictures
     * @param patches the adapters of this call
     */
    Denoiser(
            UNet unet,
            PromptBatch prompts,
            Guidance guidance,
            Optional<float[]> inputChannels,
            Controls controls,
            Patches patches) {
        this.unet = unet;
        this.prompts = prompts;
        this.guidance = guidance;
        this.inputChannels = inputChannels;
        this.controls = controls;
        this.patches = patches;
    }

    /**
     * Where a run is.
     *
     * @param evaluation of the model, counted from 0
     * @param evaluations of the whole run
     * @param timestep for the model
     */
    record Moment(int evaluation, int evaluations, double timestep) {}

    /**
     * The model's prediction after guidance.
     *
     * @param modelInput noisy latents (batch, channels, height/8, width/8), scaled for the model
     * @return the same size
     */
    float[] predict(float[] modelInput, LatentShape shape, Moment moment) {
        boolean guided = guidance.isOn(moment.evaluation(), moment.evaluations());
        try (Scope step = Scope.open()) {
            List<PromptBatch.Row> rows = prompts.at(moment.evaluation(), guided);
            Combination combination = new Combination(rows, shape);
            // Texts of one length are evaluated together.
            Map<Long, List<PromptBatch.Row>> byLength = rows.stream()
                    .collect(Collectors.groupingBy(
                            row -> row.conditioning().encoderHiddenStates().size(1),
                            TreeMap::new,
                            Collectors.toList()));
            Tensor latents = input(modelInput, shape);
            for (List<PromptBatch.Row> together : byLength.values()) {
                combination.add(together, evaluate(latents, together, moment));
            }
            return combination.result(guided, guidance);
        }
    }

    private Tensor input(float[] modelInput, LatentShape shape) {
        Tensor noisy = Tensor.of(modelInput, shape.dimensions(1));
        return inputChannels
                .map(channels -> {
                    int count = channels.length / shape.batch() / shape.height() / shape.width();
                    Tensor more = Tensor.of(channels, shape.batch(), count, shape.height(), shape.width());
                    return Tensor.concat(1, noisy, more);
                })
                .orElse(noisy);
    }

    private float[] evaluate(Tensor latents, List<PromptBatch.Row> rows, Moment moment) {
        try (Scope evaluation = Scope.open()) {
            Conditioning conditioning = Conditioning.concat(
                    rows.stream().map(PromptBatch.Row::conditioning).toArray(Conditioning[]::new));
            long[] pictures = rows.stream().mapToLong(PromptBatch.Row::picture).toArray();
            Tensor timesteps = Tensor.of(new float[] {(float) moment.timestep()}, 1);
            Tensor noisy = latents.rows(pictures);
            Optional<ControlResiduals> control = controls.residuals(noisy, timesteps, conditioning, rows, moment);
            return unet.forward(noisy, timesteps, conditioning, control, patches)
                    .toFloats();
        }
    }

    /** Joins the predictions for several texts to one for each picture. */
    private static final class Combination {
        private final LatentShape shape;
        private final PromptWeights weights;
        private final float[] conditioned; // the weighted sum of the predictions for the prompts
        private final float[] mean; // of the predictions for the prompts, what there is without guidance
        private final float[] unconditional;

        /** @param rows that will be added */
        Combination(List<PromptBatch.Row> rows, LatentShape shape) {
            this.shape = shape;
            weights = new PromptWeights(rows, shape.batch());
            conditioned = new float[shape.count()];
            mean = new float[shape.count()];
            unconditional = new float[shape.count()];
        }

        void add(List<PromptBatch.Row> rows, float[] predictions) {
            int size = shape.ofOne().count();
            for (int i = 0; i < rows.size(); i++) {
                PromptBatch.Row row = rows.get(i);
                int to = row.picture() * size;
                if (row.negative()) {
                    System.arraycopy(predictions, i * size, unconditional, to, size);
                } else {
                    float weight = (float) row.weight();
                    float share = (float) weights.share(row);
                    for (int k = 0; k < size; k++) {
                        conditioned[to + k] += weight * predictions[i * size + k];
                        mean[to + k] += share * predictions[i * size + k];
                    }
                }
            }
        }

        /** Away from the negative prompt, past the prompts: negative + scale · Σ weight · (prompt − negative). */
        float[] result(boolean guided, Guidance guidance) {
            if (!guided) {
                return mean;
            }
            float[] result = guided((float) guidance.scale());
            guidance.rescale(result, mean, shape.batch());
            return result;
        }

        private float[] guided(float scale) {
            float[] guided = new float[shape.count()];
            int size = shape.ofOne().count();
            for (int i = 0; i < guided.length; i++) {
                float weight = (float) weights.sum(i / size);
                guided[i] = unconditional[i] + scale * (conditioned[i] - weight * unconditional[i]);
            }
            return guided;
        }
    }
}
