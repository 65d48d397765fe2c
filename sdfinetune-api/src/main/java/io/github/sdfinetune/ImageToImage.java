package io.github.sdfinetune;

/**
 * A picture that is changed as a whole (SDEdit, arXiv:2108.01073).
 *
 * @param strength 0 to 1; where it leaves no step, the picture comes out as the autoencoder knows it
 */
public record ImageToImage(Picture picture, double strength) implements StartingPicture {
    public ImageToImage {
        StartingPicture.requireStrength(strength);
    }
}
