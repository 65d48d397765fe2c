package io.github.sdfinetune.core.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads JPEG, PNG, WebP, GIF, BMP and TIFF files, told by their content, into one pixel type. The result is what {@code
 * exif_transpose} and {@code convert("RGB")} of Pillow give:
 *
 * <ul>
 *   <li>upright, by the EXIF orientation;
 *   <li>of 16 bits a channel the upper 8; gray repeated; palettes looked up; CMYK and YCCK turned into RGB by the plain formula;
 *   <li>alpha dropped, not blended with a background;
 *   <li>colour profiles and gamma values ignored, so that the numbers in the file are the numbers of the picture;
 *   <li>of an animation the first frame, of a TIFF with several pages the first.
 * </ul>
 */
public final class ImageReader {
    private ImageReader() {}

    /**
     * Reads a picture within {@link ImageLimits#DEFAULT}.
     *
     * @throws ImageReadException if the file is missing, no picture, damaged, too large or of an unsupported kind
     */
    public static UprightImage read(Path path) throws ImageReadException {
        return read(path, ImageLimits.DEFAULT);
    }

    /**
     * Reads a picture within the given limits.
     *
     * @throws ImageReadException if the file is missing, no picture, damaged, too large or of an unsupported kind
     */
    public static UprightImage read(Path path, ImageLimits limits) throws ImageReadException {
        return decode(path, limits, bytes -> {
            PictureFile file = open(bytes);
            checkSize(file, limits);
            int orientation = Exif.orientation(file.exif);
            return new UprightImage(file.decode().upright(orientation), orientation != 1);
        });
    }

    /**
     * What the header of a picture says; its pixels are not decoded.
     *
     * @throws ImageReadException if the file is missing, no picture, damaged where that shows, too large or of an unsupported kind
     */
    public static PictureHeader header(Path path) throws ImageReadException {
        return decode(path, ImageLimits.DEFAULT, bytes -> {
            PictureFile file = open(bytes);
            checkSize(file, ImageLimits.DEFAULT);
            boolean onItsSide = Exif.isOnItsSide(Exif.orientation(file.exif));
            return new PictureHeader(
                    PictureFormat.of(bytes).orElseThrow(),
                    onItsSide ? file.height : file.width,
                    onItsSide ? file.width : file.height);
        });
    }

    /** What is made of a file's content. */
    @FunctionalInterface
    interface Decoding<T> {
        T of(byte[] bytes) throws IOException;
    }

    /** Makes something of a file's content; whatever goes wrong is answered with the path and a reason. */
    static <T> T decode(Path path, ImageLimits limits, Decoding<T> decoding) throws ImageReadException {
        try {
            return decoding.of(bytes(path, limits));
        } catch (NoSuchFileException e) {
            throw new ImageReadException(path, "no such file", e);
        } catch (BufferUnderflowException | EOFException e) {
            throw new ImageReadException(path, "damaged: the file ends too early", e);
        } catch (UnreadablePictureException e) {
            throw new ImageReadException(path, description(e), e);
        } catch (IOException | RuntimeException e) {
            // Decoders answer damaged files with unchecked exceptions of all kinds.
            throw new ImageReadException(path, "can't be decoded: " + description(e), e);
        }
    }

    private static byte[] bytes(Path path, ImageLimits limits) throws IOException {
        if (Files.isDirectory(path)) {
            throw new UnreadablePictureException("is a folder");
        }
        int most = (int) Math.min(limits.bytes(), Integer.MAX_VALUE - 16);
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(most);
            if (in.read() >= 0) {
                throw new UnreadablePictureException("larger than " + most + " bytes, the limit for a picture file");
            }
            return bytes;
        }
    }

    private static PictureFile open(byte[] bytes) throws IOException {
        Optional<PictureFormat> format = PictureFormat.of(bytes);
        if (format.isEmpty()) {
            throw new UnreadablePictureException(unsupported(PictureFormat.start(bytes)));
        }
        return format.get().open(bytes);
    }

    private static String unsupported(String start) {
        String supported = "expected JPEG, PNG, WebP, GIF, BMP or TIFF";
        if (start.isEmpty()) {
            return "the file is empty";
        } else if (start.startsWith("ftypavi", 4)) {
            return "AVIF is not supported, " + supported;
        } else if (start.matches("(?s)....ftyp(hei|hev|mif1|msf1).*")) {
            return "HEIC is not supported, " + supported;
        }
        return "is no picture or of an unknown format, " + supported;
    }

    private static void checkSize(PictureFile file, ImageLimits limits) throws UnreadablePictureException {
        if (file.width < 1 || file.height < 1) {
            throw new UnreadablePictureException(
                    "damaged: its header says " + file.width + "x" + file.height + " pixels");
        }
        if ((long) file.width * file.height > limits.pixels()) {
            throw new UnreadablePictureException(
                    "has " + file.width + "x" + file.height + " pixels, more than the limit of " + limits.pixels());
        }
    }

    private static String description(Exception e) {
        return e.getMessage() == null || e.getMessage().isBlank() ? e.getClass().getSimpleName() : e.getMessage();
    }
}
