package io.github.sdfinetune.core.layer;

/** How strongly an adapter acts on the text encoders and on the UNet. */
public record AdapterScale(double textEncoder, double unet) {

    /** The same for all networks. */
    public static AdapterScale of(double scale) {
        return new AdapterScale(scale, scale);
    }

    /** @param layer named by component and path, as in {@link Patches} */
    public double of(String layer) {
        return layer.startsWith("unet.") ? unet : textEncoder;
    }
}
