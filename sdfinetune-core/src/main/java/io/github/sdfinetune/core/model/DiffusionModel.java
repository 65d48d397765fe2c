package io.github.sdfinetune.core.model;

import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.core.config.ModelIndex;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Torch;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.text.ClipTokenizer;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.weights.FileHash;
import io.github.sdfinetune.error.EngineException;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A model in memory: three networks, a tokenizer, and how it samples. Immutable and thread-safe until it is closed. */
public final class DiffusionModel implements AutoCloseable {
    /**
     * bfloat16 has 8 significant bits. Over few channels its rounding does not average out (4 to 6 % of the result with 16
     * channels), and small matrices gain no speed from it, so a UNet that is narrower than this computes in float32.
     */
    private static final int LEAST_CHANNELS_FOR_BFLOAT16 = 64;

    private final Path folder;
    private final Arena arena;
    private final Precision precision;
    private final Numerics numerics;
    private final int sampleSize;
    private final Network<UNet> unet;
    private final Network<Autoencoder> vae;
    private final Network<ClipTextModel> textEncoder;
    private final ClipTokenizer tokenizer;
    private final SchedulerConfig scheduler;
    private final Layers layers;
    private volatile @Nullable String hash;

    private DiffusionModel(ModelIndex index, LoadOptions options, Arena arena) {
        UNetConfig config = UNetConfig.read(index.component("unet"));
        folder = index.folder();
        this.arena = arena;
        precision = precision(config, options.precision());
        numerics = Numerics.of(precision, options.device());
        sampleSize = config.sampleSize();
        scheduler = SchedulerConfig.read(index.component("scheduler").resolve("scheduler_config.json"));
        // A sampler that is not supported is an error only where no other is asked for; wrong settings are one now.
        if (SamplerSpec.knows(scheduler)) {
            SamplerSpec.of(scheduler);
        }
        tokenizer = ClipTokenizer.load(index.component("tokenizer"));
        try {
            Numerics wide = Numerics.of(options.precision(), options.device());
            unet = Network.unet(index.component("unet"), options.variant(), numerics, arena);
            vae = Network.vae(index.component("vae"), options.variant(), vaeNumerics(options), arena);
            textEncoder = Network.textEncoder(index.component("text_encoder"), options.variant(), wide, arena);
            layers = join(unet.layers(), textEncoder.layers());
            checkFit(index, config);
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * Loads a folder in diffusers' layout.
     *
     * @throws ModelFormatException if something is missing, damaged, or not supported
     * @throws EngineException if the device can't be used
     */
    public static DiffusionModel load(Path folder, LoadOptions options) {
        ModelIndex index = ModelIndex.read(folder);
        Torch.requireDevice(options.device());
        Arena arena = new Arena();
        try {
            return new DiffusionModel(index, options, arena);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** In which precision a UNet computes where one is asked for. */
    static Precision precision(UNetConfig config, Precision asked) {
        boolean narrow = Collections.min(config.blockOutChannels()) < LEAST_CHANNELS_FOR_BFLOAT16;
        return asked == Precision.BFLOAT16 && narrow ? Precision.FLOAT32 : asked;
    }

    /** The VAE's numbers are too large for computing in float16 (madebyollin's sdxl-vae-fp16-fix tells why). */
    private static Numerics vaeNumerics(LoadOptions options) {
        boolean computesInFloat16 =
                options.precision() == Precision.FLOAT16 && !options.device().equals("cpu");
        return Numerics.of(computesInFloat16 ? Precision.FLOAT32 : options.precision(), options.device());
    }

    private static Layers join(Layers first, Layers second) {
        Map<String, Layers.LayerShape> all = new TreeMap<>(first.byName());
        all.putAll(second.byName());
        return new Layers(all);
    }

    /** The components were made for each other: a folder put together from several models may not be. */
    private void checkFit(ModelIndex index, UNetConfig config) {
        if (config.useLinearProjection()) {
            throw new ModelFormatException(
                    index.component("unet").resolve("config.json"),
                    "use_linear_projection",
                    "'use_linear_projection' is true: this looks like Stable Diffusion 2.x, supported for now is 1.x");
        }
        int textDim = textEncoder.network().dim();
        if (textDim != config.crossAttentionDim()) {
            throw new ModelFormatException(
                    index.component("unet").resolve("config.json"),
                    "cross_attention_dim",
                    "'cross_attention_dim' is " + config.crossAttentionDim() + ", but the text encoder gives "
                            + textDim);
        }
        if (tokenizer.vocabularySize() > textEncoder.network().vocabularySize()) {
            throw new ModelFormatException(
                    index.component("tokenizer"),
                    "has " + tokenizer.vocabularySize() + " tokens, but the text encoder knows only "
                            + textEncoder.network().vocabularySize());
        }
        if (tokenizer.maxLength() > textEncoder.network().maxPositions()) {
            throw new ModelFormatException(
                    index.component("tokenizer"),
                    "model_max_length",
                    "'model_max_length' is " + tokenizer.maxLength() + ", but the text encoder takes at most "
                            + textEncoder.network().maxPositions() + " tokens");
        }
        if (config.outChannels() != vae.network().latentChannels()) {
            throw new ModelFormatException(
                    index.component("unet").resolve("config.json"),
                    "out_channels",
                    "'out_channels' is " + config.outChannels() + ", expected the "
                            + vae.network().latentChannels() + " latent channels of the VAE");
        }
        if (config.inChannels() != vae.network().latentChannels()) {
            throw new ModelFormatException(
                    index.component("unet").resolve("config.json"),
                    "in_channels",
                    "'in_channels' is " + config.inChannels() + ", expected the "
                            + vae.network().latentChannels()
                            + " latent channels of the VAE (inpainting models are not supported yet)");
        }
    }

    public Path folder() {
        return folder;
    }

    public UNet unet() {
        return unet.network();
    }

    public Autoencoder vae() {
        return vae.network();
    }

    public ClipTextModel textEncoder() {
        return textEncoder.network();
    }

    public ClipTokenizer tokenizer() {
        return tokenizer;
    }

    /** The sampler that the model comes with, and its noise schedule. */
    public SchedulerConfig scheduler() {
        return scheduler;
    }

    /** The layers of UNet and text encoder that adapters can change. */
    public Layers layers() {
        return layers;
    }

    /** How the UNet computes. */
    public Numerics numerics() {
        return numerics;
    }

    /** The precision of the UNet. */
    public Precision precision() {
        return precision;
    }

    /** Width and height in pixels of the pictures that the model was made for. */
    public int pictureSize() {
        return sampleSize * vae().factor();
    }

    /** How many numbers all networks hold. */
    public long parameters() {
        return unet.parameters() + vae.parameters() + textEncoder.parameters();
    }

    /** The first 10 hexadecimal digits of SHA-256 over the files of the UNet's weights; read once, when first asked for. */
    public String hash() {
        String known = hash;
        if (known == null) {
            known = FileHash.of(unet.files());
            hash = known;
        }
        return known;
    }

    /** What a user may not expect of how the model was loaded. */
    public List<String> notes(LoadOptions asked) {
        List<String> notes = new ArrayList<>();
        Map<String, Network<?>> networks = new TreeMap<>(Map.of("unet", unet, "vae", vae, "text_encoder", textEncoder));
        networks.forEach((name, network) -> network.variant()
                .filter(variant -> asked.variant().isEmpty())
                .ifPresent(variant -> notes.add(folder.resolve(name) + " holds its weights as variant \"" + variant
                        + "\" only, which was read")));
        if (precision != asked.precision()) {
            notes.add("the UNet has blocks of fewer than " + LEAST_CHANNELS_FOR_BFLOAT16
                    + " channels, too few for bfloat16, and computes in float32");
        }
        return notes;
    }

    @Override
    public void close() {
        tokenizer.close();
        arena.close();
    }
}
