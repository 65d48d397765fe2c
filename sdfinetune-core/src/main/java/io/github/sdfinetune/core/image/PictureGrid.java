package io.github.sdfinetune.core.image;

import java.util.List;

/** Pictures of one size side by side in rows, without gaps. */
public final class PictureGrid {
    private PictureGrid() {}

    /** A grid that is square, or has one row less. */
    public static RgbImage of(List<RgbImage> pictures) {
        return of(pictures, Math.max((int) Math.ceil(Math.sqrt(pictures.size())), 1));
    }

    /**
     * A grid with the given number of columns; what the last row lacks stays black.
     *
     * @throws IllegalArgumentException if there are no pictures or no columns, or if the pictures differ in size
     */
    public static RgbImage of(List<RgbImage> pictures, int columns) {
        Sizes.require(!pictures.isEmpty(), "a grid needs at least one picture");
        Sizes.require(columns >= 1, "a grid needs at least one column, was %d", columns);
        int width = pictures.get(0).width();
        int height = pictures.get(0).height();
        int usedColumns = Math.min(columns, pictures.size());
        int rows = (pictures.size() + columns - 1) / columns;
        int stride = Math.multiplyExact(Math.multiplyExact(3, width), usedColumns);
        byte[] rgb = new byte[Math.multiplyExact(stride, Math.multiplyExact(height, rows))];
        for (int i = 0; i < pictures.size(); i++) {
            RgbImage picture = pictures.get(i);
            Sizes.require(
                    picture.width() == width && picture.height() == height,
                    "the pictures of a grid must have one size: the first has %dx%d, number %d has %dx%d",
                    width,
                    height,
                    i + 1,
                    picture.width(),
                    picture.height());
            int corner = i / columns * height * stride + i % columns * 3 * width;
            for (int y = 0; y < height; y++) {
                System.arraycopy(picture.sharedRgb(), y * 3 * width, rgb, corner + y * stride, 3 * width);
            }
        }
        return new RgbImage(usedColumns * width, rows * height, rgb);
    }
}
