package io.github.sdfinetune.core.training;

import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Gradients;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.error.TrainingException;
import java.util.List;
import java.util.Locale;

/** One optimizer step after another on a list of parameters. The networks stay as they are; what changes is the patches. */
public final class TrainingLoop {
    private final UNet unet;
    private final Objective objective;
    private final Patches patches;
    private final List<Tensor> parameters;
    private final AdamW optimizer;
    private final LearningRate learningRate;
    private final double maxGradientNorm;
    private int stepsDone;

    /**
     * What a step gives.
     *
     * @param gradientNorm before clipping
     */
    public record Result(int step, double loss, double gradientNorm, double learningRate) {}

    /**
     * @param patches computed from the parameters
     * @param parameters that the optimizer changes
     * @param maxGradientNorm gradients are scaled down to this L2 norm over all parameters
     */
    public TrainingLoop(
            UNet unet,
            Objective objective,
            Patches patches,
            List<Tensor> parameters,
            AdamW optimizer,
            LearningRate learningRate,
            double maxGradientNorm) {
        this.unet = unet;
        this.objective = objective;
        this.patches = patches;
        this.parameters = parameters;
        this.optimizer = optimizer;
        this.learningRate = learningRate;
        this.maxGradientNorm = maxGradientNorm;
    }

    /**
     * Does one step.
     *
     * @param what names the samples of the batch in an error
     * @throws TrainingException if loss, gradients, or the parameters after the step are not finite
     */
    public Result step(TrainingBatch batch, String what) {
        double rate = learningRate.at(stepsDone);
        try (Scope step = Scope.open()) {
            Tensor loss;
            try (Gradients recording = Gradients.record()) {
                loss = objective.loss(unet, batch, patches);
            }
            double lossValue = loss.toDouble();
            checkFinite("loss", lossValue, what, rate);
            List<Tensor> gradients = Gradients.of(loss, parameters);
            double norm = Kernels.norm(gradients);
            checkFinite("gradient norm", norm, what, rate);
            clip(gradients, norm);
            optimizer.step(gradients, rate);
            checkFinite("parameter norm", Kernels.norm(parameters), what, rate);
            stepsDone++;
            return new Result(stepsDone, lossValue, norm, rate);
        }
    }

    /** As {@code torch.nn.utils.clip_grad_norm_}. */
    private void clip(List<Tensor> gradients, double norm) {
        double factor = maxGradientNorm / (norm + 1e-6);
        if (factor < 1) {
            Kernels.scaleInPlace(gradients, factor);
        }
    }

    private void checkFinite(String name, double value, String what, double rate) {
        if (!Double.isFinite(value)) {
            int step = stepsDone + 1;
            throw new TrainingException(
                    step,
                    String.format(
                            Locale.ROOT,
                            "%s became %s at step %d (pictures %s; learning rate %.1e); a lower learning rate may help",
                            name,
                            value,
                            step,
                            what,
                            rate));
        }
    }
}
