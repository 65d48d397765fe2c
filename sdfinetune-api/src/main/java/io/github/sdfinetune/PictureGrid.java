package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.List;

/** Pictures of one size side by side in rows, without gaps. */
final class PictureGrid {
    private PictureGrid() {}

    /** A grid that is square, or has one row less. */
    static Picture of(List<Picture> pictures) {
        require(!pictures.isEmpty(), "a grid needs at least one picture");
        int columns = (int) Math.ceil(Math.sqrt(pictures.size()));
        int rows = (pictures.size() + columns - 1) / columns;
        int width = pictures.get(0).width();
        int height = pictures.get(0).height();
        int stride = Math.multiplyExact(Math.multiplyExact(3, width), columns);
        byte[] rgb = new byte[Math.multiplyExact(stride, Math.multiplyExact(height, rows))];
        for (int i = 0; i < pictures.size(); i++) {
            Picture picture = pictures.get(i);
            require(
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
        return Picture.of(columns * width, rows * height, rgb);
    }
}
