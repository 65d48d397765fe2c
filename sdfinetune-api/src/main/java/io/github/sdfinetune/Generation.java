package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
     * @param scale 1 as trained, 0 not at all, negative values act the other way round
     */
    public record WeightedAdapter(Adapter adapter, float scale) {
        public WeightedAdapter {
            require(Float.isFinite(scale), "the scale of an adapter must be finite, was %s", scale);
        }
    }

    private final List<String> prompts;
    private List<String> negativePrompts = List.of("");
    private List<WeightedAdapter> adapters = List.of();
    private List<Long> seeds = List.of();
    private Optional<Sampler> sampler = Optional.empty();
    private OptionalInt width = OptionalInt.empty();
    private OptionalInt height = OptionalInt.empty();
    private int steps = 25;
    private int count = 1;
    private int clipSkip;
    private double guidanceScale = 7.5;
    private double eta;

    private Generation(List<String> prompts) {
        this.prompts = prompts;
    }

    private Generation copy() {
        Generation copy = new Generation(prompts);
        copy.negativePrompts = negativePrompts;
        copy.adapters = adapters;
        copy.seeds = seeds;
        copy.sampler = sampler;
        copy.width = width;
        copy.height = height;
        copy.steps = steps;
        copy.count = count;
        copy.clipSkip = clipSkip;
        copy.guidanceScale = guidanceScale;
        copy.eta = eta;
        return copy;
    }

    /** A generation from one prompt, or from several that are denoised together. */
    public static Generation of(String... prompts) {
        require(prompts.length > 0, "at least one prompt is needed");
        return new Generation(List.of(prompts));
    }

    /** What should not be seen; one text for all prompts or one for each. Default: the empty text. */
    public Generation negativePrompt(String... negativePrompts) {
        require(
                negativePrompts.length == 1 || negativePrompts.length == prompts.size(),
                "one negative prompt or one for each of the %s prompts is needed, not %s",
                prompts.size(),
                negativePrompts.length);
        Generation copy = copy();
        copy.negativePrompts = List.of(negativePrompts);
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

    /** The size in pixels, multiples of the VAE's factor (8 for Stable Diffusion). Default: the model's own. */
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

    /** How many of the text encoder's last layers are left out for the prompts, as {@code clip_skip} in diffusers. Default: 0. */
    public Generation clipSkip(int clipSkip) {
        require(clipSkip >= 0, "clip skip must be at least 0, was %s", clipSkip);
        Generation copy = copy();
        copy.clipSkip = clipSkip;
        return copy;
    }

    public List<String> prompts() {
        return prompts;
    }

    /** One for each prompt. */
    public List<String> negativePrompts() {
        if (negativePrompts.size() == prompts.size()) {
            return negativePrompts;
        }
        String[] repeated = new String[prompts.size()];
        Arrays.fill(repeated, negativePrompts.get(0));
        return List.of(repeated);
    }

    public List<WeightedAdapter> adapters() {
        return adapters;
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

    public int clipSkip() {
        return clipSkip;
    }
}
