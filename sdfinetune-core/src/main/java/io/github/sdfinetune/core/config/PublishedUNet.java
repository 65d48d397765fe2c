package io.github.sdfinetune.core.config;

import java.util.Arrays;
import java.util.Optional;

/** The UNets of the published families, which differ in the width of the text states that they take. */
public enum PublishedUNet {
    SD1(768, "Stable Diffusion 1.x"),
    SD2(1024, "Stable Diffusion 2.x"),
    SDXL(2048, "Stable Diffusion XL"),
    SDXL_REFINER(1280, "the refiner of Stable Diffusion XL");

    private final long textWidth;
    private final String label;

    PublishedUNet(long textWidth, String label) {
        this.textWidth = textWidth;
        this.label = label;
    }

    /** The one that takes text states of this width, if there is one. */
    public static Optional<PublishedUNet> ofTextWidth(long width) {
        return Arrays.stream(values()).filter(unet -> unet.textWidth == width).findFirst();
    }

    /** For people. */
    public String label() {
        return label;
    }
}
