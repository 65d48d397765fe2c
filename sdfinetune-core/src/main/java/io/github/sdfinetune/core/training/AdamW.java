package io.github.sdfinetune.core.training;

import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/** Adam with decoupled weight decay (arXiv:1711.05101), as {@code torch.optim.AdamW}. Changes the parameters in place. */
public final class AdamW {

    /** @param weightDecay by which parameters shrink, times the learning rate */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay) {

        /** 0.9, 0.999, 1e-8, 0.01. */
        public static Settings defaults() {
            return new Settings(0.9, 0.999, 1e-8, 0.01);
        }
    }

    private final Settings settings;
    private final List<Tensor> parameters;
    private final List<Tensor> means;
    private final List<Tensor> squares;
    private final List<Tensor> steps;

    /** @param arena owns the optimizer's state */
    public AdamW(List<Tensor> parameters, Settings settings, Arena arena) {
        this.settings = settings;
        this.parameters = parameters;
        means = state(arena, Tensor::zerosLike);
        squares = state(arena, Tensor::zerosLike);
        steps = state(arena, parameter -> Tensor.of(new float[1]).beside(parameter));
    }

    private List<Tensor> state(Arena arena, Function<Tensor, Tensor> initial) {
        try (Scope scope = Scope.open()) {
            return parameters.stream()
                    .map(parameter -> arena.adopt(initial.apply(parameter)))
                    .toList();
        }
    }

    /** @param gradients in the order of the parameters */
    public void step(List<Tensor> gradients, double learningRate) {
        Kernels.adamW(
                parameters,
                gradients,
                means,
                squares,
                steps,
                new Kernels.AdamWSettings(
                        learningRate, settings.beta1(), settings.beta2(), settings.weightDecay(), settings.epsilon()));
    }
}
