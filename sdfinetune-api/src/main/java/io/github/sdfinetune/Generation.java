package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import io.github.sdfinetune.event.ProgressEvent;
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

    private static final int MOST_PICTURES = 1 << 16;

    private final PromptTexts texts;
    private final Guidance guidance;
    private final Sampling sampling;
    private final Frame frame;
    private final Additions additions;
    private final Delivery delivery;

    private Generation(
            PromptTexts texts,
            Guidance guidance,
            Sampling sampling,
            Frame frame,
            Additions additions,
            Delivery delivery) {
        additions.controls().forEach(control -> control.requirePicturesFor(texts.prompts()));
        int prompts = texts.prompts().size();
        require(
                (long) prompts * delivery.count() <= MOST_PICTURES,
                "at most %s pictures can be denoised together, but %s of each of %s prompts were asked for",
                MOST_PICTURES,
                delivery.count(),
                prompts);
        this.texts = texts;
        this.guidance = guidance;
        this.sampling = sampling;
        this.frame = frame;
        this.additions = additions;
        this.delivery = delivery;
    }

    /** A generation from one prompt, or from several that are denoised together. */
    public static Generation of(String... prompts) {
        return new Generation(
                PromptTexts.of(prompts),
                Guidance.DEFAULT,
                Sampling.DEFAULT,
                Frame.DEFAULT,
                Additions.NONE,
                Delivery.DEFAULT);
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
     * @throws IllegalArgumentException if another text, number or control picture was given for each prompt, and these are not as many
     */
    public Generation prompts(String... prompts) {
        return with(texts.withPrompts(prompts));
    }

    /**
     * What should not be seen; one text for all prompts or one for each. Without one, Stable Diffusion XL is guided away from zeros,
     * other models from the empty text.
     */
    public Generation negativePrompt(String... negativePrompts) {
        return with(texts.withNegative(negativePrompts));
    }

    /** The text for the second text encoder of Stable Diffusion XL; one for all prompts or one for each. Default: the prompt. */
    public Generation secondPrompt(String... secondPrompts) {
        return with(texts.withSecond(secondPrompts));
    }

    /** The negative text for the second text encoder of Stable Diffusion XL. Default: the negative prompt. */
    public Generation secondNegativePrompt(String... secondNegativePrompts) {
        return with(texts.withSecondNegative(secondNegativePrompts));
    }

    /** How the prompts are read. Default: as words and nothing else. */
    public Generation promptSyntax(PromptSyntax promptSyntax) {
        return with(texts.withSyntax(promptSyntax));
    }

    /** The adapters that prompts of {@link PromptSyntax#A1111} may name, as {@code <lora:house:0.7>} does. Default: none. */
    public Generation registry(AdapterRegistry registry) {
        return with(new Additions(additions.adapters(), registry, additions.controls()));
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
     *
     * @throws IllegalArgumentException if a second pass is asked for, which follows a generation from noise
     */
    public Generation start(StartingPicture startingPicture) {
        return with(
                new Frame(frame.size(), frame.conditioning(), Optional.of(startingPicture), frame.highResolution()));
    }

    /**
     * Follows with a second pass at a larger size. Default: none.
     *
     * @throws IllegalArgumentException if there is a picture to start from: a second pass follows a generation from noise
     */
    public Generation highResolution(HighResolution highResolution) {
        return with(new Frame(frame.size(), frame.conditioning(), frame.start(), Optional.of(highResolution)));
    }

    /**
     * Whether pictures are encoded and decoded tile by tile, which needs less memory and changes them a little. Default: those of
     * more than 1536·1536 pixels are.
     */
    public Generation tiledVae(boolean tiledVae) {
        return with(new Delivery(delivery.count(), Optional.of(tiledVae), delivery.previewEvery()));
    }

    /**
     * Shows what the pictures are becoming ({@link ProgressEvent.Preview}) after every so many steps. A pipeline with an {@link ImageCheck}
     * hands out those that {@link ImageCheck#passes} lets through. Default: never.
     *
     * @param steps at least 1
     */
    public Generation previewEvery(int steps) {
        return with(new Delivery(delivery.count(), delivery.tiledVae(), OptionalInt.of(steps)));
    }

    /** What Stable Diffusion XL is told about sizes; other models ignore it. Default: the size of the picture, not cropped. */
    public Generation sizeConditioning(SizeConditioning sizeConditioning) {
        return with(new Frame(frame.size(), Optional.of(sizeConditioning), frame.start(), frame.highResolution()));
    }

    /** Adds an adapter; several act together. */
    public Generation with(Adapter adapter, float scale) {
        return with(additions.and(new WeightedAdapter(adapter, scale)));
    }

    /** Adds a ControlNet that acts in all steps. See {@link #control(Control)}. */
    public Generation control(ControlNet net, Picture picture) {
        return control(Control.by(net, picture));
    }

    /** Adds a ControlNet; several act together. It must stay open while the generation runs. */
    public Generation control(Control control) {
        return with(additions.and(control));
    }

    /** One random generator for all pictures of the call, as a single {@code torch.Generator} in diffusers. */
    public Generation seed(long seed) {
        return with(new Sampling(sampling.sampler(), sampling.steps(), sampling.eta(), List.of(seed)));
    }

    /**
     * One random generator for each picture, as a list of them in diffusers: each picture then comes out as it does alone, up to
     * rounding, which may depend on how many are denoised together (at most one of 255 levels).
     */
    public Generation seeds(long... seeds) {
        return with(new Sampling(
                sampling.sampler(),
                sampling.steps(),
                sampling.eta(),
                LongStream.of(seeds).boxed().toList()));
    }

    /**
     * The sampler. Default: the one of the model's scheduler configuration. What the sampler's name does not say is taken from that
     * configuration in any case.
     */
    public Generation sampler(Sampler sampler) {
        return with(new Sampling(Optional.of(sampler), sampling.steps(), sampling.eta(), sampling.seeds()));
    }

    /** The size in pixels, multiples of the VAE's factor (8 for Stable Diffusion). Default: that of the picture to start
     * from, else the model's own. */
    public Generation size(int width, int height) {
        return with(new Frame(
                Optional.of(new Frame.Size(width, height)),
                frame.conditioning(),
                frame.start(),
                frame.highResolution()));
    }

    /**
     * Steps of denoising, 1 to 1000. Default: 25. Some samplers take fewer for a model (and then say how many), some evaluate the
     * model twice for a step.
     */
    public Generation steps(int steps) {
        return with(new Sampling(sampling.sampler(), steps, sampling.eta(), sampling.seeds()));
    }

    /** Pictures for each prompt, all of which are denoised together: at most 65536, and what the memory holds. Default: 1. */
    public Generation count(int count) {
        return with(new Delivery(count, delivery.tiledVae(), delivery.previewEvery()));
    }

    /**
     * How strongly the prompt acts (classifier-free guidance, arXiv:2207.12598). Up to 1 there is no second pass, and the
     * negative prompt has no effect. Default: 7.5.
     */
    public Generation guidanceScale(double guidanceScale) {
        return with(new Guidance(guidanceScale, guidance.rescale(), guidance.from(), guidance.to()));
    }

    /**
     * How much noise DDIM adds at each step, 0 (none) to 1 (as DDPM), and how far TCD goes beyond each step; other samplers ignore
     * it. Default: 0.
     */
    public Generation eta(double eta) {
        return with(new Sampling(sampling.sampler(), sampling.steps(), eta, sampling.seeds()));
    }

    /**
     * How far the guided prediction is brought back to the deviation it has without guidance, 0 (not at all) to 1; against
     * overexposure, above all of models with zero terminal signal (arXiv:2305.08891). Default: 0.
     */
    public Generation guidanceRescale(double guidanceRescale) {
        return with(new Guidance(guidance.scale(), guidanceRescale, guidance.from(), guidance.to()));
    }

    /**
     * The part of the steps in which there is guidance (arXiv:2404.07724); in the others the prompt acts without it, as with a
     * guidance scale of 1.
     *
     * @param from share of the steps before it begins, 0 to {@code to}. Default: 0
     * @param to share of the steps after which it ends, up to 1. Default: 1
     */
    public Generation guidanceInterval(double from, double to) {
        return with(new Guidance(guidance.scale(), guidance.rescale(), from, to));
    }

    /**
     * How many of the text encoder's last layers are left out for the prompts, as {@code clip_skip} in diffusers; one number for all
     * prompts or one for each. With {@link PromptSyntax#A1111} the same holds for their negative prompts, as in AUTOMATIC1111's web
     * interface, which counts one more. Default: 0.
     */
    public Generation clipSkip(int... clipSkips) {
        return with(texts.withClipSkips(IntStream.of(clipSkips).boxed().toList()));
    }

    public List<String> prompts() {
        return texts.prompts();
    }

    /** None, one for all prompts, or one for each. */
    public List<String> negativePrompts() {
        return texts.negative();
    }

    /** The negative prompt for one of the prompts; empty if there is none. */
    public String negativePrompt(int prompt) {
        return texts.negative(prompt);
    }

    /** None, one for all prompts, or one for each. */
    public List<String> secondPrompts() {
        return texts.second();
    }

    /** None, one for all prompts, or one for each. */
    public List<String> secondNegativePrompts() {
        return texts.secondNegative();
    }

    public PromptSyntax promptSyntax() {
        return texts.syntax();
    }

    public List<WeightedAdapter> adapters() {
        return additions.adapters();
    }

    public List<Control> controls() {
        return additions.controls();
    }

    /** Empty: a random seed is to be chosen. One: a generator for all pictures. Several: one for each picture. */
    public List<Long> seeds() {
        return sampling.seeds();
    }

    public Optional<Sampler> sampler() {
        return sampling.sampler();
    }

    public OptionalInt width() {
        return frame.size().stream().mapToInt(Frame.Size::width).findFirst();
    }

    public OptionalInt height() {
        return frame.size().stream().mapToInt(Frame.Size::height).findFirst();
    }

    public int steps() {
        return sampling.steps();
    }

    public int count() {
        return delivery.count();
    }

    /** How many pictures this gives: prompts times count. */
    public int pictures() {
        return prompts().size() * count();
    }

    public double guidanceScale() {
        return guidance.scale();
    }

    public double eta() {
        return sampling.eta();
    }

    public double guidanceRescale() {
        return guidance.rescale();
    }

    /** The share of the steps before guidance begins. */
    public double guidanceFrom() {
        return guidance.from();
    }

    /** The share of the steps after which guidance ends. */
    public double guidanceTo() {
        return guidance.to();
    }

    public AdapterRegistry registry() {
        return additions.registry();
    }

    public Optional<StartingPicture> startingPicture() {
        return frame.start();
    }

    public Optional<HighResolution> highResolution() {
        return frame.highResolution();
    }

    /** Empty: large pictures only. */
    public Optional<Boolean> tiledVae() {
        return delivery.tiledVae();
    }

    /** Empty: no previews. */
    public OptionalInt previewEvery() {
        return delivery.previewEvery();
    }

    public Optional<SizeConditioning> sizeConditioning() {
        return frame.conditioning();
    }

    /** One for each prompt. */
    public List<Integer> clipSkips() {
        return texts.clipSkipOfEach();
    }

    private Generation with(PromptTexts texts) {
        return new Generation(texts, guidance, sampling, frame, additions, delivery);
    }

    private Generation with(Guidance guidance) {
        return new Generation(texts, guidance, sampling, frame, additions, delivery);
    }

    private Generation with(Sampling sampling) {
        return new Generation(texts, guidance, sampling, frame, additions, delivery);
    }

    private Generation with(Frame frame) {
        return new Generation(texts, guidance, sampling, frame, additions, delivery);
    }

    private Generation with(Additions additions) {
        return new Generation(texts, guidance, sampling, frame, additions, delivery);
    }

    private Generation with(Delivery delivery) {
        return new Generation(texts, guidance, sampling, frame, additions, delivery);
    }
}
