package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import io.github.sdfinetune.event.ProgressEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What to generate. Immutable: each method gives a changed copy.
 *
 * <pre>{@code
 * Generation.of("a photo of sks mug on the moon").negativePrompt("blurry").with(mug, 0.8f).seed(42).steps(25)
 * }</pre>
 */
public final class Generation {

    /**
     * An adapter and how strongly it acts.
     *
     * @param scale 1 as trained, 0 not at all, negative values act the other way round; the vectors of a word are multiplied by it
     */
    public record WeightedAdapter(Adapter adapter, float scale) {
        public WeightedAdapter {
            require(Float.isFinite(scale), "the scale of an adapter must be finite, was %s", scale);
        }
    }

    private final List<String> prompts;
    private List<String> negativePrompts = List.of();
    private List<String> secondPrompts = List.of();
    private List<String> secondNegativePrompts = List.of();
    private PromptSyntax promptSyntax = PromptSyntax.PLAIN;
    private List<WeightedAdapter> adapters = List.of();
    private List<Control> controls = List.of();
    private List<Long> seeds = List.of();
    private Optional<Sampler> sampler = Optional.empty();
    private OptionalInt width = OptionalInt.empty();
    private OptionalInt height = OptionalInt.empty();
    private int steps = 25;
    private int count = 1;
    private List<Integer> clipSkips = List.of(0);
    private double guidanceScale = 7.5;
    private double guidanceRescale;
    private Optional<SizeConditioning> sizeConditioning = Optional.empty();
    private double eta;
    private double guidanceFrom;
    private double guidanceTo = 1;
    private AdapterRegistry registry = AdapterRegistry.empty();
    private Optional<StartingPicture> startingPicture = Optional.empty();
    private Optional<HighResolution> highResolution = Optional.empty();
    private Optional<Boolean> tiledVae = Optional.empty();
    private OptionalInt previewEvery = OptionalInt.empty();

    private Generation(List<String> prompts) {
        this.prompts = prompts;
    }

    private Generation copy() {
        return copy(prompts);
    }

    private Generation copy(List<String> prompts) {
        Generation copy = new Generation(prompts);
        copy.negativePrompts = negativePrompts;
        copy.adapters = adapters;
        copy.controls = controls;
        copy.seeds = seeds;
        copy.sampler = sampler;
        copy.width = width;
        copy.height = height;
        copy.steps = steps;
        copy.count = count;
        copy.secondPrompts = secondPrompts;
        copy.secondNegativePrompts = secondNegativePrompts;
        copy.promptSyntax = promptSyntax;
        copy.clipSkips = clipSkips;
        copy.guidanceScale = guidanceScale;
        copy.guidanceRescale = guidanceRescale;
        copy.sizeConditioning = sizeConditioning;
        copy.eta = eta;
        copy.guidanceFrom = guidanceFrom;
        copy.guidanceTo = guidanceTo;
        copy.registry = registry;
        copy.startingPicture = startingPicture;
        copy.highResolution = highResolution;
        copy.tiledVae = tiledVae;
        copy.previewEvery = previewEvery;
        return copy;
    }

    /** A generation from one prompt, or from several that are denoised together. */
    public static Generation of(String... prompts) {
        require(prompts.length > 0, "at least one prompt is needed");
        return new Generation(List.of(prompts));
    }

    /**
     * Another picture like one: it is turned into noise in part and denoised without a prompt and without guidance (Boomerang,
     * arXiv:2210.12100). The result is an {@link #imageToImage} like any other and can be changed as one.
     *
     * @param strength 0 to 1; up to about 0.3 the picture stays recognisable
     */
    public static Generation variationOf(Picture picture, double strength) {
        return of("").guidanceScale(1).imageToImage(picture, strength);
    }

    /**
     * The same for other prompts.
     *
     * @throws IllegalArgumentException if another text or number was given for each prompt, and these are not as many
     */
    public Generation prompts(String... prompts) {
        require(prompts.length > 0, "at least one prompt is needed");
        Generation copy = copy(List.of(prompts));
        copy.negativePrompts = copy.perPrompt("negative prompt", negativePrompts);
        copy.secondPrompts = copy.perPrompt("second prompt", secondPrompts);
        copy.secondNegativePrompts = copy.perPrompt("second negative prompt", secondNegativePrompts);
        copy.clipSkips = copy.perPrompt("clip skip", clipSkips);
        return copy;
    }

    /**
     * What should not be seen; one text for all prompts or one for each. Without one, Stable Diffusion XL is guided away from zeros,
     * other models from the empty text.
     */
    public Generation negativePrompt(String... negativePrompts) {
        Generation copy = copy();
        copy.negativePrompts = perPrompt("negative prompt", negativePrompts);
        return copy;
    }

    /** The text for the second text encoder of Stable Diffusion XL; one for all prompts or one for each. Default: the prompt. */
    public Generation secondPrompt(String... secondPrompts) {
        Generation copy = copy();
        copy.secondPrompts = perPrompt("second prompt", secondPrompts);
        return copy;
    }

    /** The negative text for the second text encoder of Stable Diffusion XL. Default: the negative prompt. */
    public Generation secondNegativePrompt(String... secondNegativePrompts) {
        Generation copy = copy();
        copy.secondNegativePrompts = perPrompt("second negative prompt", secondNegativePrompts);
        return copy;
    }

    private List<String> perPrompt(String what, String... texts) {
        require(texts.length > 0, "one %s or one for each prompt is needed, not 0", what);
        return perPrompt(what, List.of(texts));
    }

    private <T> List<T> perPrompt(String what, List<T> values) {
        require(
                values.size() <= 1 || values.size() == prompts.size(),
                "one %s or one for each of the %s prompts is needed, not %s",
                what,
                prompts.size(),
                values.size());
        return values;
    }

    /** How the prompts are read. Default: as words and nothing else. */
    public Generation promptSyntax(PromptSyntax promptSyntax) {
        Generation copy = copy();
        copy.promptSyntax = promptSyntax;
        return copy;
    }

    /** The adapters that prompts of {@link PromptSyntax#A1111} may name, as {@code <lora:house:0.7>} does. Default: none. */
    public Generation registry(AdapterRegistry registry) {
        Generation copy = copy();
        copy.registry = registry;
        return copy;
    }

    /** Changes a picture as a whole. See {@link #start(StartingPicture)}. */
    public Generation imageToImage(Picture picture, double strength) {
        return start(new ImageToImage(picture, strength));
    }

    /** Repaints a part of a picture. See {@link #start(StartingPicture)}. */
    public Generation inpainting(Inpainting inpainting) {
        return start(inpainting);
    }

    /** Continues a picture beyond its edges. See {@link #start(StartingPicture)}. */
    public Generation outpainting(Outpainting outpainting) {
        return start(outpainting);
    }

    /**
     * Starts from a picture instead of from noise. It is painted at the {@linkplain #size size} of this generation, to which it is
     * scaled by Lanczos' filter without regard to its aspect ratio; without a size at its own, rounded down to multiples of the
     * VAE's factor. Default: from noise.
     */
    public Generation start(StartingPicture startingPicture) {
        Generation copy = copy();
        copy.startingPicture = Optional.of(startingPicture);
        return copy;
    }

    /** Follows with a second pass at a larger size; only from noise, not from a picture. Default: none. */
    public Generation highResolution(HighResolution highResolution) {
        Generation copy = copy();
        copy.highResolution = Optional.of(highResolution);
        return copy;
    }

    /**
     * Whether pictures are encoded and decoded tile by tile, which needs less memory and changes them a little. Default: those of
     * more than 1536·1536 pixels are.
     */
    public Generation tiledVae(boolean tiledVae) {
        Generation copy = copy();
        copy.tiledVae = Optional.of(tiledVae);
        return copy;
    }

    /**
     * Shows what the pictures are becoming ({@link ProgressEvent.Preview}) after every so many steps. Default: never.
     *
     * @param steps at least 1
     */
    public Generation previewEvery(int steps) {
        require(steps >= 1, "previews are shown every so many steps, at least 1, was %s", steps);
        Generation copy = copy();
        copy.previewEvery = OptionalInt.of(steps);
        return copy;
    }

    /** What Stable Diffusion XL is told about sizes; other models ignore it. Default: the size of the picture, not cropped. */
    public Generation sizeConditioning(SizeConditioning sizeConditioning) {
        Generation copy = copy();
        copy.sizeConditioning = Optional.of(sizeConditioning);
        return copy;
    }

    /** Adds an adapter; several act together. */
    public Generation with(Adapter adapter, float scale) {
        List<WeightedAdapter> more = new ArrayList<>(adapters);
        more.add(new WeightedAdapter(adapter, scale));
        Generation copy = copy();
        copy.adapters = List.copyOf(more);
        return copy;
    }

    /** Adds a ControlNet that acts in all steps. See {@link #control(Control)}. */
    public Generation control(ControlNet net, Picture picture) {
        return control(Control.by(net, picture));
    }

    /** Adds a ControlNet; several act together. It must stay open while the generation runs. */
    public Generation control(Control control) {
        int pictures = control.pictures().size();
        require(
                pictures == 1 || pictures == prompts.size(),
                "one control picture or one for each of the %s prompts is needed, not %s",
                prompts.size(),
                pictures);
        List<Control> more = new ArrayList<>(controls);
        more.add(control);
        Generation copy = copy();
        copy.controls = List.copyOf(more);
        return copy;
    }

    /** One random generator for all pictures of the call, as a single {@code torch.Generator} in diffusers. */
    public Generation seed(long seed) {
        Generation copy = copy();
        copy.seeds = List.of(seed);
        return copy;
    }

    /**
     * One random generator for each picture, as a list of them in diffusers: each picture then comes out as it does alone, up to
     * rounding, which may depend on how many are denoised together (at most one of 255 levels).
     */
    public Generation seeds(long... seeds) {
        Generation copy = copy();
        copy.seeds = LongStream.of(seeds).boxed().toList();
        return copy;
    }

    /**
     * The sampler. Default: the one of the model's scheduler configuration. What the sampler's name does not say is taken from that
     * configuration in any case.
     */
    public Generation sampler(Sampler sampler) {
        Generation copy = copy();
        copy.sampler = Optional.of(sampler);
        return copy;
    }

    /** The size in pixels, multiples of the VAE's factor (8 for Stable Diffusion). Default: that of the picture to start
     * from, else the model's own. */
    public Generation size(int width, int height) {
        require(width >= 1, "width must be at least 1, was %s", width);
        require(height >= 1, "height must be at least 1, was %s", height);
        Generation copy = copy();
        copy.width = OptionalInt.of(width);
        copy.height = OptionalInt.of(height);
        return copy;
    }

    /**
     * Steps of denoising, 1 to 1000. Default: 25. Some samplers take fewer for a model (and then say how many), some evaluate the
     * model twice for a step.
     */
    public Generation steps(int steps) {
        require(steps >= 1 && steps <= 1000, "steps must be from 1 to 1000, was %s", steps);
        Generation copy = copy();
        copy.steps = steps;
        return copy;
    }

    /** Pictures for each prompt. Default: 1. */
    public Generation count(int count) {
        require(count >= 1, "count must be at least 1, was %s", count);
        Generation copy = copy();
        copy.count = count;
        return copy;
    }

    /**
     * How strongly the prompt acts (classifier-free guidance, arXiv:2207.12598). Up to 1 there is no second pass, and the
     * negative prompt has no effect. Default: 7.5.
     */
    public Generation guidanceScale(double guidanceScale) {
        require(
                Double.isFinite(guidanceScale) && guidanceScale >= 0,
                "guidance scale must be a number of at least 0, was %s",
                guidanceScale);
        Generation copy = copy();
        copy.guidanceScale = guidanceScale;
        return copy;
    }

    /**
     * How much noise DDIM adds at each step, 0 (none) to 1 (as DDPM), and how far TCD goes beyond each step; other samplers ignore
     * it. Default: 0.
     */
    public Generation eta(double eta) {
        require(eta >= 0 && eta <= 1, "eta must be from 0 to 1, was %s", eta);
        Generation copy = copy();
        copy.eta = eta;
        return copy;
    }

    /**
     * How far the guided prediction is brought back to the deviation it has without guidance, 0 (not at all) to 1; against
     * overexposure, above all of models with zero terminal signal (arXiv:2305.08891). Default: 0.
     */
    public Generation guidanceRescale(double guidanceRescale) {
        require(
                guidanceRescale >= 0 && guidanceRescale <= 1,
                "guidance rescale must be from 0 to 1, was %s",
                guidanceRescale);
        Generation copy = copy();
        copy.guidanceRescale = guidanceRescale;
        return copy;
    }

    /**
     * The part of the steps in which there is guidance (arXiv:2404.07724); in the others the prompt acts without it, as with a
     * guidance scale of 1.
     *
     * @param from share of the steps before it begins, 0 to {@code to}. Default: 0
     * @param to share of the steps after which it ends, up to 1. Default: 1
     */
    public Generation guidanceInterval(double from, double to) {
        require(
                from >= 0 && from <= to && to <= 1,
                "the guidance interval must lie within 0 to 1 and not end before it begins, was %s to %s",
                from,
                to);
        Generation copy = copy();
        copy.guidanceFrom = from;
        copy.guidanceTo = to;
        return copy;
    }

    /**
     * How many of the text encoder's last layers are left out for the prompts, as {@code clip_skip} in diffusers; one number for all
     * prompts or one for each. Default: 0.
     */
    public Generation clipSkip(int... clipSkips) {
        require(
                clipSkips.length == 1 || clipSkips.length == prompts.size(),
                "one clip skip or one for each of the %s prompts is needed, not %s",
                prompts.size(),
                clipSkips.length);
        for (int clipSkip : clipSkips) {
            require(clipSkip >= 0, "clip skip must be at least 0, was %s", clipSkip);
        }
        Generation copy = copy();
        copy.clipSkips = IntStream.of(clipSkips).boxed().toList();
        return copy;
    }

    public List<String> prompts() {
        return prompts;
    }

    /** None, one for all prompts, or one for each. */
    public List<String> negativePrompts() {
        return negativePrompts;
    }

    /** The negative prompt for one of the prompts; empty if there is none. */
    public String negativePrompt(int prompt) {
        return negativePrompts.isEmpty() ? "" : negativePrompts.get(Math.min(prompt, negativePrompts.size() - 1));
    }

    /** None, one for all prompts, or one for each. */
    public List<String> secondPrompts() {
        return secondPrompts;
    }

    /** None, one for all prompts, or one for each. */
    public List<String> secondNegativePrompts() {
        return secondNegativePrompts;
    }

    public PromptSyntax promptSyntax() {
        return promptSyntax;
    }

    public List<WeightedAdapter> adapters() {
        return adapters;
    }

    public List<Control> controls() {
        return controls;
    }

    /** Empty: a random seed is to be chosen. One: a generator for all pictures. Several: one for each picture. */
    public List<Long> seeds() {
        return seeds;
    }

    public Optional<Sampler> sampler() {
        return sampler;
    }

    public OptionalInt width() {
        return width;
    }

    public OptionalInt height() {
        return height;
    }

    public int steps() {
        return steps;
    }

    public int count() {
        return count;
    }

    /** How many pictures this gives: prompts times count. */
    public int pictures() {
        return prompts.size() * count;
    }

    public double guidanceScale() {
        return guidanceScale;
    }

    public double eta() {
        return eta;
    }

    public double guidanceRescale() {
        return guidanceRescale;
    }

    /** The share of the steps before guidance begins. */
    public double guidanceFrom() {
        return guidanceFrom;
    }

    /** The share of the steps after which guidance ends. */
    public double guidanceTo() {
        return guidanceTo;
    }

    public AdapterRegistry registry() {
        return registry;
    }

    public Optional<StartingPicture> startingPicture() {
        return startingPicture;
    }

    public Optional<HighResolution> highResolution() {
        return highResolution;
    }

    /** Empty: large pictures only. */
    public Optional<Boolean> tiledVae() {
        return tiledVae;
    }

    /** Empty: no previews. */
    public OptionalInt previewEvery() {
        return previewEvery;
    }

    public Optional<SizeConditioning> sizeConditioning() {
        return sizeConditioning;
    }

    /** One for each prompt. */
    public List<Integer> clipSkips() {
        return clipSkips.size() == prompts.size() ? clipSkips : Collections.nCopies(prompts.size(), clipSkips.get(0));
    }
}
