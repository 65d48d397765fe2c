package io.github.sdfinetune.core.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import org.jspecify.annotations.Nullable;

/**
 * A JPEG file. Only the segments that pixels depend on are handed to the decoder: it would convert from a colour profile, and
 * has to parse application segments that other programs left broken.
 */
final class JpegFile extends PictureFile {
    static final String EXIF = "Exif\0\0";

    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    private static final int APP15 = 0xef;
    private static final int COMMENT = 0xfe;
    private static final int START_OF_SCAN = 0xda;
    private static final int END_OF_IMAGE = 0xd9;
    private static final int YCCK = 2;

    /** 1 gray, 3 YCbCr or RGB, 4 CMYK or YCCK. */
    private final int components;

    private final boolean ycck;

    private JpegFile(byte[] segments, byte[] frame, boolean ycck, byte @Nullable [] exif) {
        super(segments, unsignedShort(frame, 3), unsignedShort(frame, 1), exif);
        this.components = frame[5];
        this.ycck = ycck;
    }

    static JpegFile open(byte[] bytes) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes).position(2);
        ByteArrayOutputStream kept = new ByteArrayOutputStream(bytes.length);
        kept.write(bytes, 0, 2);
        byte[] frame = {};
        boolean ycck = false;
        byte[] exif = null;
        int marker;
        do {
            marker = nextMarker(in);
            byte[] data = segment(in);
            if (isFrame(marker)) {
                frame = data;
            } else if (marker == APP1 && exif == null && startsWith(data, EXIF)) {
                exif = Arrays.copyOfRange(data, EXIF.length(), data.length);
            } else if (marker == APP14 && data.length >= 12 && startsWith(data, "Adobe")) {
                ycck = data[11] == YCCK;
            }
            if (mattersForPixels(marker)) {
                kept.write(0xff);
                kept.write(marker);
                kept.write((data.length + 2) >> 8);
                kept.write(data.length + 2);
                kept.write(data);
            }
        } while (marker != START_OF_SCAN);
        if (frame.length < 6) {
            throw new UnreadablePictureException("damaged: a JPEG file without its header (SOF)");
        }
        checkEnd(bytes, in.position());
        kept.write(bytes, in.position(), in.remaining());
        return new JpegFile(kept.toByteArray(), frame, ycck, exif);
    }

    private static int nextMarker(ByteBuffer in) throws IOException {
        int previous = 0;
        while (true) {
            int next = in.get() & 0xff;
            if (previous == 0xff && next == END_OF_IMAGE) {
                throw new UnreadablePictureException("damaged: a JPEG file without a picture");
            }
            if (previous == 0xff && next >= 0xc0 && next != 0xff) {
                return next;
            }
            previous = next;
        }
    }

    private static byte[] segment(ByteBuffer in) throws IOException {
        int length = (in.getShort() & 0xffff) - 2;
        if (length < 0) {
            throw new UnreadablePictureException("damaged: a JPEG file with a segment of negative length");
        }
        byte[] data = new byte[length];
        in.get(data);
        return data;
    }

    private static int unsignedShort(byte[] data, int at) {
        return ByteBuffer.wrap(data).getShort(at) & 0xffff;
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private static boolean mattersForPixels(int marker) {
        boolean application = marker >= APP0 && marker <= APP15;
        return marker == APP0 || marker == APP14 || !(application || marker == COMMENT);
    }

    private static boolean startsWith(byte[] data, String text) {
        return data.length >= text.length()
                && new String(data, 0, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }

    /** The decoder fills what is missing with gray. The marker can't occur within compressed pixels. */
    private static void checkEnd(byte[] bytes, int scan) throws IOException {
        for (int i = scan; i + 1 < bytes.length; i++) {
            if ((bytes[i] & 0xff) == 0xff && (bytes[i + 1] & 0xff) == END_OF_IMAGE) {
                return;
            }
        }
        throw new UnreadablePictureException("damaged: the file ends too early");
    }

    @Override
    RgbImage decode() throws IOException {
        ImageReader reader = provider().createReaderInstance(null);
        List<String> damages = new ArrayList<>();
        try {
            reader.setInput(new ByteArrayImageInputStream(bytes), true, true);
            reader.addIIOReadWarningListener((source, warning) -> {
                if (isDamage(warning)) {
                    damages.add(warning);
                }
            });
            RgbImage image = components == 4
                    ? Cmyk.toRgb(reader.readRaster(0, null), ycck)
                    : RgbImage.of(reader.read(0).getRaster());
            if (!damages.isEmpty()) {
                throw new UnreadablePictureException("damaged: " + damages.get(0));
            }
            return image;
        } finally {
            reader.dispose();
        }
    }

    /** What libjpeg says after it guessed pixels. Some cameras pad with extraneous bytes, which harms nothing. */
    private static boolean isDamage(String warning) {
        return warning.startsWith("Premature end")
                || (warning.startsWith("Corrupt JPEG data") && !warning.contains("extraneous bytes"));
    }

    /**
     * Asked for by class, because what {@code ImageIO} finds depends on the class loader and other plugins. It must come from the
     * registry, where it finds the JDK's reader that it stands on.
     */
    private static JPEGImageReaderSpi provider() {
        IIORegistry registry = IIORegistry.getDefaultInstance();
        JPEGImageReaderSpi provider = registry.getServiceProviderByClass(JPEGImageReaderSpi.class);
        if (provider == null) {
            provider = new JPEGImageReaderSpi();
            registry.registerServiceProvider(provider);
        }
        return provider;
    }
}
