package io.github.sdfinetune.core.model;

import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.checkpoint.Family;
import io.github.sdfinetune.core.checkpoint.ModelSource;
import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.config.ModelIndex;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.scheduler.PredictionType;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A model in memory: its networks, tokenizers, and how it samples. Immutable and thread-safe until it is closed. */
public final class DiffusionModel implements AutoCloseable {
    /**
     * bfloat16 has 8 significant bits. Over few channels its rounding does not average out (4 to 6 % of the result with 16
     * channels), and small matrices gain no speed from it, so a UNet that is narrower than this computes in float32.
     */
    private static final int LEAST_CHANNELS_FOR_BFLOAT16 = 64;

    /** By so many people tell models apart. */
    private static final int HASH_DIGITS = 10;

    private final Path path;
    private final ModelIndex index;
    private final Family family;
    private final Arena arena;
    private final Precision precision;
    private final Numerics numerics;
    private final Network<UNet> unet;
    private final Network<Autoencoder> vae;
    private final Map<String, Network<ClipTextModel>> textNetworks = new LinkedHashMap<>();
    private final List<TextEncoder> textEncoders = new ArrayList<>();
    private final SchedulerConfig scheduler;
    private final Prediction prediction;
    private final Layers layers;
    private final ModelFit fit;
    private final String hash;

    private DiffusionModel(ModelSource source, LoadOptions options, Arena arena) {
        path = source.path();
        index = ModelIndex.from(source.index());
        UNetConfig config = UNetConfig.from(source.config("unet"));
        family = family(config.encoder(), source.has("text_encoder"));
        this.arena = arena;
        precision = precision(config.encoder(), options.precision());
        numerics = Numerics.of(precision, options.device());
        SchedulerConfig published = SchedulerConfig.of(source.config("scheduler"));
        scheduler = options.prediction().map(published::with).orElse(published);
        prediction = PredictionType.of(scheduler).published();
        // A sampler that is not supported, or that can't read what the model is said to predict, is an error only where
        // no
        // other is asked for; wrong settings are one now.
        if (SamplerSpec.knows(published)) {
            SamplerSpec.of(published);
        }
        try {
            addTextEncoders(source, options);
            unet = Network.unet(component(source, "unet", options), numerics, arena);
            hash = FileHash.of(unet.files()).substring(0, HASH_DIGITS);
            vae = Network.vae(component(source, "vae", options), vaeNumerics(options), arena);
            layers = joinLayers();
            fit = new ModelFit(index, unet().config(), vae().latentChannels(), textEncoders());
            fit.check(source);
        } catch (RuntimeException | Error e) {
            closeTokenizers();
            throw e;
        }
    }

    private static Component component(ModelSource source, String name, LoadOptions options) {
        return new Component(source.config(name), source.weights(name, options.variant()));
    }

    private void addTextEncoders(ModelSource source, LoadOptions options) {
        Numerics wide = Numerics.of(options.precision(), options.device());
        for (String name : List.of("text_encoder", "text_encoder_2")) {
            if (source.has(name)) {
                ClipTokenizer tokenizer =
                        ClipTokenizer.load(source.tokenizer(name.replace("text_encoder", "tokenizer")));
                try {
                    Network<ClipTextModel> network =
                            Network.textEncoder(component(source, name, options), name, wide, arena);
                    textNetworks.put(name, network);
                    textEncoders.add(new TextEncoder(name, tokenizer, network.network()));
                } catch (RuntimeException | Error e) {
                    tokenizer.close();
                    throw e;
                }
            }
        }
    }

    /**
     * Loads a model.
     *
     * @throws ModelFormatException if something is missing, damaged, or not supported
     * @throws EngineException if the device can't be used
     */
    public static DiffusionModel load(ModelSource source, LoadOptions options) {
        Torch.requireDevice(options.device());
        Arena arena = new Arena();
        try {
            return new DiffusionModel(source, options, arena);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** Of what family a UNet is, told from what differs between all of them. */
    public static Family family(EncoderConfig config, boolean twoTextEncoders) {
        if (config.textTime().isPresent()) {
            return twoTextEncoders ? Family.SDXL : Family.SDXL_REFINER;
        }
        return config.useLinearProjection() ? Family.SD2 : Family.SD1;
    }

    /** In which precision a UNet computes where one is asked for. */
    static Precision precision(EncoderConfig config, Precision asked) {
        boolean narrow = Collections.min(config.blockOutChannels()) < LEAST_CHANNELS_FOR_BFLOAT16;
        return asked == Precision.BFLOAT16 && narrow ? Precision.FLOAT32 : asked;
    }

    /** The VAE's numbers are too large for computing in float16 (madebyollin's sdxl-vae-fp16-fix tells why). */
    private static Numerics vaeNumerics(LoadOptions options) {
        boolean computesInFloat16 =
                options.precision() == Precision.FLOAT16 && !options.device().equals("cpu");
        return Numerics.of(computesInFloat16 ? Precision.FLOAT32 : options.precision(), options.device());
    }

    private Layers joinLayers() {
        Map<String, Layers.LayerShape> all = new TreeMap<>(unet.layers().byName());
        textNetworks.values().forEach(network -> all.putAll(network.layers().byName()));
        return new Layers(all);
    }

    /** The file or folder it was loaded from. */
    public Path path() {
        return path;
    }

    public Family family() {
        return family;
    }

    public boolean isStableDiffusion1() {
        return family() == Family.SD1;
    }

    public ModelIndex index() {
        return index;
    }

    /** Whether the UNet takes a mask and the latents of the masked picture beside the noisy ones. */
    public boolean isInpainting() {
        return fit.isInpainting();
    }

    public UNet unet() {
        return unet.network();
    }

    public Autoencoder vae() {
        return vae.network();
    }

    /** One, or the two of SDXL in the order in which their states are joined. */
    public List<TextEncoder> textEncoders() {
        return Collections.unmodifiableList(textEncoders);
    }

    /** The sampler that the model comes with, and its noise schedule. */
    public SchedulerConfig scheduler() {
        return scheduler;
    }

    /** What the UNet is taken to predict. */
    public Prediction prediction() {
        return prediction;
    }

    /** The layers of UNet and text encoders that adapters can change. */
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
        return unet().config().sampleSize() * vae().factor();
    }

    /** How many numbers all networks hold. */
    public long parameters() {
        return unet.parameters()
                + vae.parameters()
                + textNetworks.values().stream().mapToLong(Network::parameters).sum();
    }

    /** The first 10 hexadecimal digits of SHA-256 over the files of the UNet's weights, as they were when they were loaded. */
    public String hash() {
        return hash;
    }

    /** What a user may not expect of how the model was loaded. */
    public List<String> notes(LoadOptions asked) {
        List<String> notes = new ArrayList<>();
        Map<String, Network<?>> networks = new TreeMap<>(textNetworks);
        networks.put("unet", unet);
        networks.put("vae", vae);
        networks.forEach((name, network) -> network.variant()
                .filter(variant -> asked.variant().isEmpty())
                .ifPresent(variant -> notes.add(path.resolve(name) + " holds its weights as variant \"" + variant
                        + "\" only, which was read")));
        if (precision != asked.precision()) {
            notes.add("the UNet has blocks of fewer than " + LEAST_CHANNELS_FOR_BFLOAT16
                    + " channels, too few for bfloat16, and computes in float32");
        }
        return notes;
    }

    private void closeTokenizers() {
        textEncoders.forEach(encoder -> encoder.tokenizer().close());
    }

    @Override
    public void close() {
        closeTokenizers();
        arena.close();
    }
}
