package io.github.sdfinetune.core.testing;

import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.SizeConditioning;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.weights.WeightEntry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A case of the kind {@code pipeline}: a call of diffusers with the pictures that came of it. */
public record PipelineCase(ReferenceCase testCase) {
    private static final String INITIAL_PICTURE = "in.init_image_u8_hwc";
    private static final String MASK = "in.mask_u8_hw";

    /**
     * How often the reference's own error pixels may differ, end to end, where a picture goes through a VAE with
     * {@code force_upcast}. diffusers encodes in float32 there whatever the type of the rest, so the double run that the error was
     * measured against shares the encoder's rounding with the other, and the error leaves it out; the steps enlarge it about 8,000
     * times. In {@code img2img_euler} of SDXL, with 6 levels of tolerance for pixels:
     *
     * <ul>
     *   <li>computed in double from end to end, pixels are 12 levels off the recorded ones, so that exact results fail too;
     *   <li>from the recorded initial latents they are 3 levels off in float32 and 6 in double, and from the recorded final latents 1
     *       in both: all behind the encoder is within the tolerance, which is tested apart;
     *   <li>the recorded initial latents are off those of an encoder in double by 2.7e-6 (root of the mean square), ours by 1.3e-6:
     *       diffusers' picture has its channels innermost in memory, where torch's group norm sums squares in one pass whose rounding
     *       depends on the number of threads. That layout with 2 threads comes as near as 1.3e-6 to the recorded latents, which still
     *       leaves 10 levels between the pixels; with one thread it misses those latents' own tolerance.
     * </ul>
     */
    private static final double UNMEASURED_ENCODER_ERROR = 4;

    public JsonFile params() {
        return testCase.json().object("params");
    }

    /** Whether the reference's own error leaves out that of the encoder. */
    public boolean leavesOutEncoder(Path model) {
        return hasPicture() && JsonFile.read(model.resolve("vae/config.json")).flag("force_upcast", false);
    }

    /** How many of 255 levels a picture may be off from end to end. */
    public double pixelTolerance(Path model) {
        double recorded =
                testCase.json().object("outputs").object("out.image_u8").number("atol");
        return leavesOutEncoder(model) ? 1 + UNMEASURED_ENCODER_ERROR * (recorded - 1) : recorded;
    }

    /** What is asked for, but for the sampler, the pictures to start from and those that control it. */
    public Generation generation() {
        JsonFile params = params();
        Generation generation = Generation.of(texts("prompt"))
                .steps(params.integer("num_inference_steps"))
                .guidanceScale(params.number("guidance_scale"))
                .guidanceRescale(params.number("guidance_rescale", 0))
                .eta(params.number("eta", 0))
                .clipSkip(params.integer("clip_skip", 0))
                .count(params.integer("num_images_per_prompt", 1))
                .seeds(seeds().stream().mapToLong(Long::longValue).toArray());
        if (params.has("height")) {
            generation = generation.size(params.integer("width"), params.integer("height"));
        }
        if (params.has("negative_prompt")) {
            generation = generation.negativePrompt(texts("negative_prompt"));
        }
        if (params.has("prompt_2")) {
            generation = generation.secondPrompt(texts("prompt_2"));
        }
        if (params.has("negative_prompt_2")) {
            generation = generation.secondNegativePrompt(texts("negative_prompt_2"));
        }
        if (params.has("original_size")) {
            generation = generation.sizeConditioning(new SizeConditioning(sizes(""), sizes("negative_"), 6, 2.5));
        }
        return generation;
    }

    /** One for all pictures, or one for each. */
    public List<Long> seeds() {
        return params().isList("seed") ? params().wholeNumbers("seed") : List.of(params().wholeNumber("seed"));
    }

    private String[] texts(String key) {
        return params().isList(key)
                ? params().strings(key).toArray(new String[0])
                : new String[] {params().string(key)};
    }

    private SizeConditioning.Sizes sizes(String prefix) {
        List<Integer> original = params().integers(prefix + "original_size");
        List<Integer> crop = params().integers(prefix + "crops_coords_top_left");
        List<Integer> target = params().integers(prefix + "target_size");
        return new SizeConditioning.Sizes(
                original.get(1), original.get(0), crop.get(1), crop.get(0), target.get(1), target.get(0));
    }

    public boolean hasPicture() {
        return has(INITIAL_PICTURE);
    }

    /** The picture to start from. */
    public Picture picture() {
        return picture(INITIAL_PICTURE);
    }

    public boolean hasMask() {
        return has(MASK);
    }

    /** What is repainted. */
    public Mask mask() {
        WeightEntry entry = testCase.tensors().entry(MASK); // (height, width)
        return Mask.of(side(entry, 1), side(entry, 0), bytes(entry));
    }

    /** How a ControlNet acts. */
    public Control control(ControlNet net) {
        JsonFile params = params();
        return Control.by(net, picture("in.control_image_u8_hwc"))
                .scale(params.number("controlnet_conditioning_scale"))
                .during(params.number("control_guidance_start", 0), params.number("control_guidance_end", 1));
    }

    private boolean has(String tensor) {
        return testCase.tensors().names().contains(tensor);
    }

    private Picture picture(String name) {
        WeightEntry entry = testCase.tensors().entry(name); // (height, width, 3)
        return Picture.of(side(entry, 1), side(entry, 0), bytes(entry));
    }

    private static int side(WeightEntry entry, int dimension) {
        return Math.toIntExact(entry.shape().get(dimension));
    }

    private static byte[] bytes(WeightEntry entry) {
        ByteBuffer data = entry.data();
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return bytes;
    }
}
