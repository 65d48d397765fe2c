package io.github.sdfinetune.core.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.commons.imaging.bytesource.ByteSource;
import org.apache.commons.imaging.formats.gif.GifImageParser;

/** A GIF file, cut after its first frame: the decoder would unpack all of them to return one. */
final class GifFile extends PictureFile {
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int IMAGE = 0x2c;
    private static final byte TRAILER = 0x3b;

    private GifFile(byte[] firstFrame, int width, int height) {
        super(firstFrame, width, height, null);
    }

    static GifFile open(byte[] bytes) throws IOException {
        byte[] opaque = bytes.clone();
        ByteBuffer in = ByteBuffer.wrap(opaque).order(ByteOrder.LITTLE_ENDIAN).position(10);
        int flags = in.get();
        in.position(13);
        skipColourTable(in, flags);
        while (true) {
            int block = in.get() & 0xff;
            switch (block) {
                case IMAGE -> {
                    return firstFrame(opaque, in);
                }
                case EXTENSION -> {
                    if ((in.get() & 0xff) == GRAPHIC_CONTROL) {
                        clearTransparency(in);
                    }
                    skipSubBlocks(in);
                }
                case TRAILER -> throw new UnreadablePictureException("a GIF file without a picture");
                default -> throw new UnreadablePictureException("damaged: unknown block " + block + " in a GIF file");
            }
        }
    }

    private static GifFile firstFrame(byte[] bytes, ByteBuffer in) {
        in.getInt(); // its place on the screen
        int width = in.getShort() & 0xffff;
        int height = in.getShort() & 0xffff;
        skipColourTable(in, in.get());
        in.get(); // bits of a code
        skipSubBlocks(in);
        byte[] cut = Arrays.copyOf(bytes, in.position() + 1);
        cut[in.position()] = TRAILER;
        return new GifFile(cut, width, height);
    }

    private static void skipColourTable(ByteBuffer in, int flags) {
        if ((flags & 0x80) != 0) {
            in.position(in.position() + (6 << (flags & 7)));
        }
    }

    /** A transparent pixel then keeps the colour that the palette gives it; the decoder makes it black. */
    private static void clearTransparency(ByteBuffer in) {
        int flags = in.position() + 1;
        in.put(flags, (byte) (in.get(flags) & ~1));
    }

    private static void skipSubBlocks(ByteBuffer in) {
        for (int length = in.get() & 0xff; length > 0; length = in.get() & 0xff) {
            in.position(in.position() + length);
        }
    }

    @Override
    RgbImage decode() throws IOException {
        return RgbImage.of(new GifImageParser().getBufferedImage(ByteSource.array(bytes), null));
    }
}
