package io.github.sdfinetune.core.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Picture files of every kind, made byte by byte or by the JDK. */
public final class PictureBytes {
    static final int GRAY = 0;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int GRAY_ALPHA = 4;
    static final int RGBA = 6;

    private static final byte[] NOTHING = {};

    private PictureBytes() {}

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A PNG file of the given samples, row after row, with more chunks between header and pixels. */
    static byte[] png(int width, int height, int depth, int colourType, byte[] samples, byte[]... chunks) {
        int stride = samples.length / height;
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            for (int y = 0; y < height; y++) {
                out.write(0);
                out.write(samples, y * stride, stride);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return joined(
                pngHeader(width, height, depth, colourType),
                joined(chunks),
                chunk("IDAT", packed.toByteArray()),
                chunk("IEND", NOTHING));
    }

    static byte[] pngHeader(int width, int height, int depth, int colourType) {
        byte[] header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put((byte) depth)
                .put((byte) colourType)
                .array();
        return joined(ascii("\u0089PNG\r\n\u001a\n"), chunk("IHDR", header));
    }

    static byte[] chunk(String type, byte[] data) {
        byte[] content = joined(ascii(type), data);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(content)
                .putInt((int) checksum.getValue())
                .array();
    }

    /** EXIF data with nothing but an orientation. */
    static byte[] exif(int orientation) {
        return ByteBuffer.allocate(26)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("II*\0"))
                .putInt(8)
                .putShort((short) 1)
                .put(tag(0x112, 3, 1, orientation))
                .putInt(0)
                .array();
    }

    /** An uncompressed RGB file in one strip; another compression is claimed, not done. */
    static byte[] tiff(int width, int height, int compression, int orientation, byte[] rgb) {
        int tags = 10;
        int bits = 8 + 2 + 12 * tags + 4;
        int strip = bits + 6;
        return ByteBuffer.allocate(strip + rgb.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("II*\0"))
                .putInt(8)
                .putShort((short) tags)
                .put(tag(256, 4, 1, width))
                .put(tag(257, 4, 1, height))
                .put(tag(258, 3, 3, bits))
                .put(tag(259, 3, 1, compression))
                .put(tag(262, 3, 1, 2))
                .put(tag(273, 4, 1, strip))
                .put(tag(274, 3, 1, orientation))
                .put(tag(277, 3, 1, 3))
                .put(tag(278, 4, 1, height))
                .put(tag(279, 4, 1, rgb.length))
                .putInt(0)
                .put(bytes(8, 0, 8, 0, 8, 0))
                .put(rgb)
                .array();
    }

    private static byte[] tag(int tag, int type, int count, int value) {
        return ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) tag)
                .putShort((short) type)
                .putInt(count)
                .putInt(value)
                .array();
    }

    /** An extended WebP file: its flags, a picture chunk, and EXIF data. */
    static byte[] webp(int flags, int width, int height, byte[] picture, byte[] exif) {
        byte[] header = bytes(flags, 0, 0, 0, width - 1, (width - 1) >> 8, 0, height - 1, (height - 1) >> 8, 0);
        byte[] content = joined(ascii("WEBP"), riff("VP8X", header), picture, riff("EXIF", exif));
        return riff("RIFF", content);
    }

    static byte[] riff(String type, byte[] data) {
        return ByteBuffer.allocate(8 + data.length + (data.length & 1))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii(type))
                .putInt(data.length)
                .put(data)
                .array();
    }

    /** A picture of one colour. */
    public static BufferedImage plain(int width, int height, int rgb) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, rgb);
        }
        return image;
    }

    /** Written by the JDK's own writer, not by one that a plugin brings. */
    public static byte[] encode(String format, BufferedImage image) {
        return encode(format, new IIOImage(image, null, null));
    }

    /** A JPEG file of four components as they are, all pixels alike, without any marker that says what they mean. */
    static byte[] jpegOfFour(int width, int height, int... samples) {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                raster.setPixel(x, y, samples);
            }
        }
        return encode("jpeg", new IIOImage(raster, null, null));
    }

    /** Puts a segment right after the start of a JPEG file. */
    static byte[] withSegment(byte[] jpeg, int marker, byte[] data) {
        byte[] start = bytes(0xff, 0xd8, 0xff, marker, (data.length + 2) >> 8, data.length + 2);
        byte[] rest = new byte[jpeg.length - 2];
        System.arraycopy(jpeg, 2, rest, 0, rest.length);
        return joined(start, data, rest);
    }

    private static byte[] encode(String format, IIOImage image) {
        ImageWriter writer = jdkWriter(format);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            if (format.equals("jpeg")) {
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionQuality(1);
            }
            writer.write(null, image, parameters);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** A GIF file of several frames. */
    static byte[] animation(BufferedImage... frames) {
        ImageWriter writer = jdkWriter("gif");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            for (BufferedImage frame : frames) {
                writer.writeToSequence(new IIOImage(frame, null, null), null);
            }
            writer.endWriteSequence();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    private static ImageWriter jdkWriter(String format) {
        List<String> found = new ArrayList<>();
        for (Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName(format); writers.hasNext(); ) {
            ImageWriter writer = writers.next();
            if (writer.getClass().getName().startsWith("com.sun.")) {
                return writer;
            }
            found.add(writer.getClass().getName());
        }
        throw new IllegalStateException("the JDK writes no " + format + ", only " + found);
    }
}
