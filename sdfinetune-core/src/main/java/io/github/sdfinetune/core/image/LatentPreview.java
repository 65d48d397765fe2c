package io.github.sdfinetune.core.image;

/**
 * What latents look like, without the autoencoder: an eighth of the size and only roughly the right colours, but at no cost. Each
 * colour is a weighted sum of the four channels.
 */
public final class LatentPreview {
    /**
     * Stable Diffusion 1.x and 2.x, by the weights that Kevin Turner fitted ("Decoding latents to RGB without upscaling", forum of
     * Hugging Face, 2022).
     */
    public static final LatentPreview SD = new LatentPreview(127.5, new double[] {127.5, 127.5, 127.5}, new double[][] {
        {0.298, 0.207, 0.208},
        {0.187, 0.286, 0.173},
        {-0.158, 0.189, 0.264},
        {-0.184, -0.271, -0.473}
    });

    /**
     * Stable Diffusion XL, by the weights of Timothy Alexis Vass ("Explaining the SDXL latent space", 2023), as the documentation of
     * diffusers shows them for callbacks.
     */
    public static final LatentPreview SDXL = new LatentPreview(
            1, new double[] {150, 140, 130}, new double[][] {{60, 60, 60}, {-60, -5, 10}, {25, 15, -5}, {-70, -50, -35}
            });

    private static final int CHANNELS = 4;

    private final double scale;
    private final double[] bias;
    private final double[][] weights;

    private LatentPreview(double scale, double[] bias, double[][] weights) {
        this.scale = scale;
        this.bias = bias;
        this.weights = weights;
    }

    /**
     * The preview of one picture, a pixel for each latent. What is too dark or too bright is cut; what is not a number is black.
     *
     * @param latents (4, height, width), as the UNet sees them: multiplied by the scaling factor
     */
    public RgbImage of(float[] latents, int width, int height) {
        int plane = width * height;
        Sizes.require(
                latents.length == CHANNELS * plane,
                "%d latents given, expected 4 x %d x %d = %d",
                latents.length,
                height,
                width,
                CHANNELS * plane);
        byte[] rgb = new byte[3 * plane];
        for (int i = 0; i < plane; i++) {
            for (int colour = 0; colour < 3; colour++) {
                double value = bias[colour];
                for (int channel = 0; channel < CHANNELS; channel++) {
                    value += scale * weights[channel][colour] * latents[channel * plane + i];
                }
                rgb[3 * i + colour] = (byte) (int) Math.min(Math.max(value, 0), 255);
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
