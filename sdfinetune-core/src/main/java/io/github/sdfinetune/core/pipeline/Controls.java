package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.Control;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.model.LoadedControlNet;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.unet.Conditioning;
import io.github.sdfinetune.core.unet.ControlResiduals;
import io.github.sdfinetune.error.ModelFormatException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The ControlNets of a request, each with its control pictures, which were embedded beforehand. */
final class Controls {
    private final List<Part> parts;

    private Controls(List<Part> parts) {
        this.parts = parts;
    }

    static Controls none() {
        return new Controls(List.of());
    }

    /**
     * Checks that the ControlNets of a request were made for a model, whether or not a step is left in which they act.
     *
     * @throws ModelFormatException if not; the message names the families
     */
    static void requireFit(Generation generation, DiffusionModel model) {
        generation
                .controls()
                .forEach(control -> LoadedControlNet.of(control.net()).requireFits(model));
    }

    /**
     * Embeds the control pictures; what comes out belongs to the open scope.
     *
     * @param size of the pictures to be made
     * @param section the part of a control picture that is painted
     */
    static Controls of(Generation generation, PixelSize size, UnaryOperator<RgbImage> section) {
        return new Controls(generation.controls().stream()
                .map(control -> Part.of(control, size, section, generation.count()))
                .toList());
    }

    /**
     * What the ControlNets that act at a moment add to an evaluation of the UNet; nothing if none acts.
     *
     * @param noisyLatents of the rows, (rows, channels, height/8, width/8), perhaps with the further channels of an inpainting model
     * @param timesteps (1)
     * @param conditioning of the rows
     */
    Optional<ControlResiduals> residuals(
            Tensor noisyLatents,
            Tensor timesteps,
            Conditioning conditioning,
            List<PromptBatch.Row> rows,
            Denoiser.Moment moment) {
        return parts.stream()
                .filter(part -> part.actsAt(moment))
                .flatMap(part -> part.residuals(noisyLatents, timesteps, conditioning, rows).stream())
                .reduce(ControlResiduals::add);
    }

    /**
     * One ControlNet.
     *
     * @param embedded one control picture for all, or one for each prompt
     * @param count how many pictures each prompt has
     */
    private record Part(Control control, LoadedControlNet net, Tensor embedded, int count) {

        static Part of(Control control, PixelSize size, UnaryOperator<RgbImage> section, int count) {
            LoadedControlNet net = LoadedControlNet.of(control.net());
            Tensor[] pictures = control.pictures().stream()
                    .map(picture -> pixels(section.apply(RgbImage.of(picture)), size))
                    .toArray(Tensor[]::new);
            return new Part(control, net, net.evaluate(network -> network.embed(Tensor.concat(0, pictures))), count);
        }

        private static Tensor pixels(RgbImage image, PixelSize size) {
            RgbImage fitting = image.width() == size.width() && image.height() == size.height()
                    ? image
                    : image.resized(size.width(), size.height());
            return Tensor.of(fitting.unit(), 1, 3, size.height(), size.width());
        }

        /** As diffusers counts: a step acts if all of it lies between start and end. */
        boolean actsAt(Denoiser.Moment moment) {
            double steps = moment.evaluations();
            return moment.evaluation() / steps >= control.start() && (moment.evaluation() + 1) / steps <= control.end();
        }

        Optional<ControlResiduals> residuals(
                Tensor noisyLatents, Tensor timesteps, Conditioning conditioning, List<PromptBatch.Row> rows) {
            boolean promptsOnly = control.guessMode() || net.config().globalPool();
            long[] acting = IntStream.range(0, rows.size())
                    .filter(row -> !promptsOnly || !rows.get(row).negative())
                    .asLongStream()
                    .toArray();
            if (acting.length == rows.size()) {
                return Optional.of(evaluate(noisyLatents, timesteps, conditioning, rows));
            }
            if (acting.length == 0) {
                return Optional.empty();
            }
            List<PromptBatch.Row> prompts =
                    rows.stream().filter(row -> !row.negative()).toList();
            int[] next = {0};
            long[] spread = rows.stream()
                    .mapToLong(row -> row.negative() ? -1 : next[0]++)
                    .toArray();
            return Optional.of(evaluate(noisyLatents.rows(acting), timesteps, conditioning.rows(acting), prompts)
                    .spread(spread));
        }

        private ControlResiduals evaluate(
                Tensor noisyLatents, Tensor timesteps, Conditioning conditioning, List<PromptBatch.Row> rows) {
            Tensor latents = noisyLatents.narrow(1, 0, net.config().encoder().inChannels());
            Tensor pictures = embedded.size(0) == 1
                    ? embedded
                    : embedded.rows(rows.stream()
                            .mapToLong(row -> row.picture() / count)
                            .toArray());
            return net.evaluate(network ->
                    network.forward(latents, timesteps, conditioning, pictures, control.scale(), control.guessMode()));
        }
    }
}
