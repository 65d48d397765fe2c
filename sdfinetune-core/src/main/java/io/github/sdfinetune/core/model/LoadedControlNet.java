package io.github.sdfinetune.core.model;

import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.checkpoint.ControlNetFile;
import io.github.sdfinetune.core.checkpoint.Family;
import io.github.sdfinetune.core.config.ControlNetConfig;
import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Torch;
import io.github.sdfinetune.core.unet.ControlNet;
import io.github.sdfinetune.core.weights.FileHash;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/** A ControlNet in memory. Each evaluation shares it; closing waits for the evaluations under way, not for whole requests. */
public final class LoadedControlNet implements io.github.sdfinetune.ControlNet {
    private final Path path;
    private final Arena arena;
    private final Network<ControlNet> network;
    private final ReentrantReadWriteLock evaluations = new ReentrantReadWriteLock();
    private boolean closed;
    private final String hash;

    private LoadedControlNet(Path path, Network<ControlNet> network, Arena arena) {
        this.path = path;
        this.network = network;
        hash = FileHash.of(network.files());
        this.arena = arena;
    }

    /** See {@link io.github.sdfinetune.ControlNet#load(Path, LoadOptions)}. */
    public static LoadedControlNet load(Path path, LoadOptions options) {
        Torch.requireDevice(options.device());
        options.threads().ifPresent(Torch::setThreads);
        Component component = component(path, options);
        EncoderConfig encoder = ControlNetConfig.from(component.config()).encoder();
        Numerics numerics = Numerics.of(DiffusionModel.precision(encoder, options.precision()), options.device());
        Arena arena = new Arena();
        try (Scope scope = Scope.open()) {
            return new LoadedControlNet(path, Network.controlNet(component, numerics, arena), arena);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private static Component component(Path path, LoadOptions options) {
        if (Files.isDirectory(path)) {
            if (!Files.exists(path.resolve("config.json"))) {
                throw new ModelFormatException(path, "has no config.json, expected a ControlNet in diffusers' layout");
            }
            return Component.inFolder(path, options.variant());
        }
        if (!Files.exists(path)) {
            throw new ModelFormatException(path, "no such file or folder");
        }
        return ControlNetFile.open(path, options);
    }

    /** What stands behind a ControlNet of the API. */
    public static LoadedControlNet of(io.github.sdfinetune.ControlNet net) {
        if (net instanceof LoadedControlNet loaded) {
            return loaded;
        }
        throw new IllegalArgumentException(
                "a ControlNet of " + net.getClass().getName() + ", expected one that ControlNet.load gave");
    }

    /** What the network was built from; known after closing too. */
    public ControlNetConfig config() {
        return network.network().config();
    }

    /**
     * Evaluates the network.
     *
     * @throws IllegalStateException if it is closed
     */
    public <T> T evaluate(Function<ControlNet, T> evaluation) {
        evaluations.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("ControlNet is closed: " + path);
            }
            return evaluation.apply(network.network());
        } finally {
            evaluations.readLock().unlock();
        }
    }

    /**
     * Checks that the network was made for a kind of model.
     *
     * @throws ModelFormatException if not; the message names the families
     */
    public void requireFits(DiffusionModel model) {
        EncoderConfig own = config().encoder();
        EncoderConfig other = model.unet().config().encoder();
        require(model, "cross_attention_dim", own.crossAttentionDim(), other.crossAttentionDim());
        require(model, "block_out_channels", own.blockOutChannels(), other.blockOutChannels());
        require(model, "layers_per_block", own.layersPerBlock(), other.layersPerBlock());
        require(model, "in_channels", own.inChannels(), model.vae().latentChannels());
        require(
                model,
                "projection_class_embeddings_input_dim",
                own.textTime().map(EncoderConfig.TextTime::inputDim).orElse(0),
                other.textTime().map(EncoderConfig.TextTime::inputDim).orElse(0));
        if (config().factor() != model.vae().factor()) {
            throw misfit(
                    model,
                    "conditioning_embedding_out_channels",
                    "the control picture is made smaller by " + config().factor() + ", the VAE's by "
                            + model.vae().factor());
        }
    }

    private void require(DiffusionModel model, String key, Object own, Object expected) {
        if (!own.equals(expected)) {
            throw misfit(model, key, "'" + key + "' is " + own + ", expected " + expected);
        }
    }

    private ModelFormatException misfit(DiffusionModel model, String key, String difference) {
        Family family = DiffusionModel.family(config().encoder(), true);
        return new ModelFormatException(
                path,
                key,
                "a ControlNet for " + family + " does not fit this model, " + model.family() + ": " + difference);
    }

    /** The last part of the path, for messages. */
    @Override
    public String name() {
        return String.valueOf(path.toAbsolutePath().normalize().getFileName());
    }

    @Override
    public String hash() {
        return hash;
    }

    @Override
    public void close() {
        evaluations.writeLock().lock();
        try {
            closed = true;
            arena.close();
        } finally {
            evaluations.writeLock().unlock();
        }
    }
}
