package io.github.sdfinetune.core.image;

import static io.github.sdfinetune.core.image.PictureBytes.animation;
import static io.github.sdfinetune.core.image.PictureBytes.ascii;
import static io.github.sdfinetune.core.image.PictureBytes.bytes;
import static io.github.sdfinetune.core.image.PictureBytes.chunk;
import static io.github.sdfinetune.core.image.PictureBytes.encode;
import static io.github.sdfinetune.core.image.PictureBytes.exif;
import static io.github.sdfinetune.core.image.PictureBytes.joined;
import static io.github.sdfinetune.core.image.PictureBytes.jpegOfFour;
import static io.github.sdfinetune.core.image.PictureBytes.plain;
import static io.github.sdfinetune.core.image.PictureBytes.png;
import static io.github.sdfinetune.core.image.PictureBytes.pngHeader;
import static io.github.sdfinetune.core.image.PictureBytes.tiff;
import static io.github.sdfinetune.core.image.PictureBytes.webp;
import static io.github.sdfinetune.core.image.PictureBytes.withSegment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.apache.commons.imaging.formats.jpeg.exif.ExifRewriter;
import org.apache.commons.imaging.formats.tiff.constants.TiffTagConstants;
import org.apache.commons.imaging.formats.tiff.write.TiffOutputSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderTest {
    @TempDir
    Path folder;

    private UprightImage read(byte[] content) throws IOException {
        return ImageReader.read(Files.write(folder.resolve("picture"), content));
    }

    private byte[] rgb(byte[] content) throws IOException {
        return read(content).pixels().rgb();
    }

    private void assertRefused(byte[] content, String reason) throws IOException {
        Path file = Files.write(folder.resolve("picture"), content);
        assertThatThrownBy(() -> ImageReader.read(file))
                .isInstanceOfSatisfying(
                        ImageReadException.class, e -> assertThat(e.reason()).startsWith(reason))
                .hasMessageStartingWith(file + ": " + reason);
    }

    /** Those of a lossy format, which may be off by a little. */
    private static void assertNear(byte[] rgb, int... expected) {
        for (int i = 0; i < rgb.length; i++) {
            assertThat(Math.abs((rgb[i] & 0xff) - expected[i % 3]))
                    .as("sample %d", i)
                    .isLessThanOrEqualTo(2);
        }
    }

    @Nested
    class Colours {

        /** Every value, because gray pictures of the JDK lose some in the dark. */
        @Test
        void grayIsRepeated() throws IOException {
            byte[] samples = new byte[256];
            byte[] expected = new byte[3 * 256];
            for (int i = 0; i < 256; i++) {
                samples[i] = (byte) i;
                Arrays.fill(expected, 3 * i, 3 * i + 3, (byte) i);
            }

            assertThat(rgb(png(16, 16, 8, PictureBytes.GRAY, samples))).isEqualTo(expected);
        }

        @Test
        void grayOfOneBitIsBlackAndWhite() throws IOException {
            assertThat(rgb(png(3, 1, 1, PictureBytes.GRAY, bytes(0b0100_0000))))
                    .isEqualTo(bytes(0, 0, 0, 255, 255, 255, 0, 0, 0));
        }

        @Test
        void alphaIsDropped() throws IOException {
            assertThat(rgb(png(2, 1, 8, PictureBytes.GRAY_ALPHA, bytes(206, 0, 9, 128))))
                    .isEqualTo(bytes(206, 206, 206, 9, 9, 9));
            assertThat(rgb(png(2, 1, 8, PictureBytes.RGBA, bytes(1, 2, 3, 0, 4, 5, 6, 99))))
                    .isEqualTo(bytes(1, 2, 3, 4, 5, 6));
        }

        @Test
        void palettesAreLookedUp() throws IOException {
            byte[] palette = chunk("PLTE", bytes(10, 20, 30, 40, 50, 60));
            byte[] transparent = chunk("tRNS", bytes(0, 255));

            assertThat(rgb(png(2, 1, 8, PictureBytes.PALETTE, bytes(1, 0), palette, transparent)))
                    .isEqualTo(bytes(40, 50, 60, 10, 20, 30));
        }

        @Test
        void of16BitsTheUpper8Count() throws IOException {
            assertThat(rgb(png(1, 1, 16, PictureBytes.GRAY, bytes(0x12, 0xff)))).isEqualTo(bytes(0x12, 0x12, 0x12));
            assertThat(rgb(png(1, 1, 16, PictureBytes.RGB, bytes(1, 255, 2, 255, 3, 255))))
                    .isEqualTo(bytes(1, 2, 3));
        }

        @Test
        void aTransparentColourStaysWhatItIs() throws IOException {
            byte[] transparent = chunk("tRNS", bytes(0, 1, 0, 2, 0, 3));

            assertThat(rgb(png(1, 1, 8, PictureBytes.RGB, bytes(1, 2, 3), transparent)))
                    .isEqualTo(bytes(1, 2, 3));
        }

        @Test
        void gammaAndProfilesAreIgnored() throws IOException {
            byte[] gamma = chunk("gAMA", bytes(0, 0, 0xb1, 0x8f));
            byte[] brokenProfile = chunk("iCCP", bytes('x', 0, 0, 1, 2, 3));

            assertThat(rgb(png(1, 1, 8, PictureBytes.RGB, bytes(100, 50, 25), gamma)))
                    .isEqualTo(bytes(100, 50, 25));
            assertThat(rgb(png(1, 1, 8, PictureBytes.RGB, bytes(100, 50, 25), brokenProfile)))
                    .isEqualTo(bytes(100, 50, 25));
        }

        @Test
        void jpegKeepsItsNumbersWhateverItsProfile() throws IOException {
            byte[] jpeg = encode("jpeg", plain(16, 8, 0xc86432));
            byte[] profile = joined(
                    ascii("ICC_PROFILE\0\1\1"),
                    ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData());

            assertNear(rgb(jpeg), 200, 100, 50);
            assertThat(rgb(withSegment(jpeg, 0xe2, profile))).isEqualTo(rgb(jpeg));
        }

        @Test
        void grayJpegIsNotBrightened() throws IOException {
            BufferedImage gray = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
            gray.getRaster().setSamples(0, 0, 8, 8, 0, filled(64, 206));

            assertNear(rgb(encode("jpeg", gray)), 206, 206, 206);
        }

        /** By the formula: of white 220, ink of 55/255 leaves 173, 155/255 leaves 86, 205/255 leaves 43. */
        @Test
        void cmykIsInvertedInk() throws IOException {
            byte[] plainCmyk = jpegOfFour(8, 8, 200, 100, 50, 220);
            byte[] adobe = withSegment(plainCmyk, 0xee, adobe(0));

            assertNear(rgb(plainCmyk), 173, 86, 43);
            assertNear(rgb(adobe), 173, 86, 43);
        }

        /** The same colour: luma 131 and chroma 170, 74 are those of the complement (55, 155, 205). */
        @Test
        void ycckIsTurnedIntoCmykFirst() throws IOException {
            assertNear(rgb(withSegment(jpegOfFour(8, 8, 131, 170, 74, 220), 0xee, adobe(2))), 173, 86, 43);
        }

        private byte[] adobe(int transform) {
            return bytes('A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform);
        }

        private int[] filled(int count, int value) {
            int[] values = new int[count];
            Arrays.fill(values, value);
            return values;
        }
    }

    @Nested
    class Formats {

        @ParameterizedTest
        @ValueSource(strings = {"png", "bmp", "gif", "tiff"})
        void losslessFormatsGiveTheirPixels(String format) throws IOException {
            BufferedImage image = plain(5, 3, 0x204060);
            image.setRGB(4, 0, 0xff8001);

            RgbImage read = read(encode(format, image)).pixels();

            assertThat(read.width()).isEqualTo(5);
            assertThat(read.rgb()).startsWith(bytes(32, 64, 96)).contains(255, 128, 1);
            assertThat(Arrays.copyOfRange(read.rgb(), 12, 15)).isEqualTo(bytes(255, 128, 1));
        }

        @Test
        void grayAndDeepTiffAreReadAsGrayAndDeepPng() throws IOException {
            BufferedImage gray = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
            gray.getRaster().setPixels(0, 0, 2, 1, new int[] {206, 9});
            BufferedImage deep = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
            deep.getRaster().setPixels(0, 0, 2, 1, new int[] {206 * 256 + 255, 9 * 256});

            assertThat(rgb(encode("tiff", gray))).isEqualTo(bytes(206, 206, 206, 9, 9, 9));
            assertThat(rgb(encode("tiff", deep))).isEqualTo(bytes(206, 206, 206, 9, 9, 9));
        }

        @Test
        void ofAnAnimationTheFirstFrameCounts() throws IOException {
            byte[] gif = animation(plain(4, 4, 0xff0000), plain(4, 4, 0x00ff00));

            assertThat(rgb(gif)).isEqualTo(rgb(encode("gif", plain(4, 4, 0xff0000))));
        }

        @Test
        void transparentPixelsOfAGifKeepTheirColour() throws IOException {
            IndexColorModel colours = new IndexColorModel(1, 2, bytes(10, 40), bytes(20, 50), bytes(30, 60), 1);
            BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY, colours);
            image.getRaster().setPixels(0, 0, 2, 1, new int[] {1, 0});

            assertThat(rgb(encode("gif", image))).isEqualTo(bytes(40, 50, 60, 10, 20, 30));
        }

        @Test
        void theContentTellsTheFormatNotTheEnding() throws IOException {
            Path file = Files.write(folder.resolve("really-a.jpg"), png(1, 1, 8, PictureBytes.RGB, bytes(1, 2, 3)));

            assertThat(ImageReader.read(file).pixels().rgb()).containsExactly(1, 2, 3);
        }
    }

    @Nested
    class Orientation {
        /** A lossless picture of one pixel. */
        private static final byte[] WEBP_PICTURE = Arrays.copyOfRange(
                Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="), 12, 34);

        /** How a file holds the rows 1 2 3 and 4 5 6. */
        @ParameterizedTest
        @CsvSource({
            "1, 3, 123456",
            "2, 3, 321654",
            "3, 3, 654321",
            "4, 3, 456123",
            "5, 2, 142536",
            "6, 2, 362514",
            "7, 2, 635241",
            "8, 2, 415263",
            "0, 3, 123456",
            "9, 3, 123456"
        })
        void picturesAreTurnedUpright(int orientation, int width, String stored) throws IOException {
            int[] gray = stored.chars().map(digit -> digit - '0').toArray();
            byte[] file = png(width, 6 / width, 8, PictureBytes.GRAY, bytes(gray), chunk("eXIf", exif(orientation)));

            UprightImage image = read(file);

            assertThat(image.pixels().width()).isEqualTo(3);
            assertThat(image.pixels().rgb()).isEqualTo(bytes(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6));
            assertThat(image.turned()).isEqualTo(orientation >= 2 && orientation <= 8);
        }

        @Test
        void jpegIsTurned() throws IOException {
            BufferedImage wide = plain(32, 16, 0xff0000);
            wide.getRaster().setPixels(0, 0, 16, 16, new int[3 * 256]);
            TiffOutputSet metadata = new TiffOutputSet();
            metadata.getOrCreateRootDirectory().add(TiffTagConstants.TIFF_TAG_ORIENTATION, (short) 6);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new ExifRewriter().updateExifMetadataLossless(encode("jpeg", wide), out, metadata);

            UprightImage image = read(out.toByteArray());

            assertThat(image.turned()).isTrue();
            assertThat(image.pixels().width()).isEqualTo(16);
            assertNear(Arrays.copyOfRange(image.pixels().rgb(), 0, 3), 0, 0, 0);
            assertNear(Arrays.copyOfRange(image.pixels().rgb(), 3 * 16 * 31, 3 * 16 * 31 + 3), 254, 0, 0);
        }

        @Test
        void tiffIsTurned() throws IOException {
            UprightImage image = read(tiff(2, 1, 1, 6, bytes(1, 2, 3, 4, 5, 6)));

            assertThat(image.turned()).isTrue();
            assertThat(image.pixels().height()).isEqualTo(2);
            assertThat(image.pixels().rgb()).isEqualTo(bytes(1, 2, 3, 4, 5, 6));
        }

        @Test
        void webpIsTurned() throws IOException {
            assertThat(read(webp(8, 1, 1, WEBP_PICTURE, exif(3))).turned()).isTrue();
            assertThat(read(webp(8, 1, 1, WEBP_PICTURE, exif(1))).turned()).isFalse();
            assertThat(read(webp(8, 1, 1, WEBP_PICTURE, joined(ascii(JpegFile.EXIF), exif(3))))
                            .turned())
                    .isTrue();
        }

        @Test
        void aFlagForAnAbsentProfileIsIgnored() throws IOException {
            assertThat(read(webp(0x28, 1, 1, WEBP_PICTURE, exif(3))).turned()).isTrue();
        }

        @Test
        void brokenExifDataAreAnError() throws IOException {
            byte[] file = png(1, 1, 8, PictureBytes.GRAY, bytes(1), chunk("eXIf", bytes(1, 2, 3, 4)));

            assertRefused(file, "its EXIF data are damaged, so it is not known which side is up");
        }
    }

    @Nested
    class Faults {
        @ParameterizedTest
        @ValueSource(strings = {"png", "bmp", "gif", "tiff", "jpeg"})
        void everyTruncatedFileIsRefused(String format) throws IOException {
            BufferedImage noise = noise();
            byte[] whole = encode(format, noise);
            read(whole);

            for (int length = 0; length < whole.length * 9 / 10; length += 1 + whole.length / 60) {
                assertRefused(Arrays.copyOf(whole, length), "");
            }
        }

        private BufferedImage noise() {
            BufferedImage noise = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
            Random random = new Random(1);
            for (int i = 0; i < 1200; i++) {
                noise.setRGB(i % 40, i / 40, random.nextInt(1 << 24));
            }
            return noise;
        }

        /** Bytes changed at random must end in a picture or in our exception, never in another one. */
        @ParameterizedTest
        @ValueSource(strings = {"png", "bmp", "gif", "tiff", "jpeg"})
        void damagedFilesNeverEscapeAsOtherErrors(String format) throws IOException {
            byte[] whole = encode(format, plain(20, 10, 0x336699));
            Random random = new Random(format.hashCode());
            for (int i = 0; i < 100; i++) {
                byte[] damaged = whole.clone();
                damaged[random.nextInt(Math.min(damaged.length, 400))] = (byte) random.nextInt(256);
                Path file = Files.write(folder.resolve("picture"), damaged);
                try {
                    ImageReader.read(file, new ImageLimits(1 << 20, 1 << 20));
                } catch (ImageReadException e) {
                    assertThat(e).hasMessageStartingWith(file + ": ");
                }
            }
        }

        @Test
        void aTruncatedJpegIsNotFilledWithGray() throws IOException {
            byte[] whole = encode("jpeg", plain(64, 64, 0x336699));

            assertRefused(Arrays.copyOf(whole, whole.length - 20), "damaged: the file ends too early");
        }

        @Test
        void aJpegThatLacksPixelsIsNotFilledWithGray() throws IOException {
            byte[] whole = encode("jpeg", noise());
            byte[] end = bytes(0xff, 0xd9);

            assertRefused(
                    joined(Arrays.copyOf(whole, whole.length / 2), end),
                    "damaged: Corrupt JPEG data: premature end of data segment");
        }

        @Test
        void aTruncatedWebpIsRefused() throws IOException {
            byte[] whole = webp(8, 1, 1, Orientation.WEBP_PICTURE, exif(1));

            assertRefused(Arrays.copyOf(whole, 50), "damaged: the file ends after 50 of " + whole.length + " bytes");
        }

        @Test
        void wrongPixelsOfAPngAreToldByTheChecksum() throws IOException {
            byte[] file = png(1, 1, 8, PictureBytes.RGB, bytes(1, 2, 3));
            file[file.length - 20] ^= 1;

            assertRefused(file, "damaged: the checksum of its chunk IDAT is wrong");
        }

        @Test
        void aPngNeedsItsHeader() throws IOException {
            assertRefused(
                    joined(ascii("\u0089PNG\r\n\u001a\n"), chunk("IEND", bytes())),
                    "damaged: a PNG file without its header (IHDR)");
        }

        @Test
        void emptyFilesAndTextAreNoPictures() throws IOException {
            assertRefused(bytes(), "the file is empty");
            assertRefused(
                    ascii("a photo of a cat"),
                    "is no picture or of an unknown format, expected JPEG, PNG, WebP, GIF, BMP or TIFF");
        }

        @Test
        void unsupportedFormatsAreNamed() throws IOException {
            assertRefused(ascii("\0\0\0\40ftypavif\0\0\0\0"), "AVIF is not supported, expected JPEG");
            assertRefused(ascii("\0\0\0\40ftypheic\0\0\0\0"), "HEIC is not supported, expected JPEG");
            assertRefused(
                    tiff(1, 1, 7, 1, bytes(1, 2, 3)), "a TIFF file with JPEG compression, which is not supported");
        }

        @Test
        void bmpRowsFromTopToBottomAreUnsupported() throws IOException {
            byte[] file = encode("bmp", plain(1, 1, 0));
            Arrays.fill(file, 22, 26, (byte) -1);

            assertRefused(file, "a BMP file with its rows from top to bottom, which is not supported");
        }

        @Test
        void aGifWithoutFramesIsRefused() throws IOException {
            assertRefused(joined(ascii("GIF89a"), bytes(1, 0, 1, 0, 0, 0, 0, 0x3b)), "a GIF file without a picture");
            assertRefused(
                    joined(ascii("GIF89a"), bytes(1, 0, 1, 0, 0, 0, 0, 7)), "damaged: unknown block 7 in a GIF file");
        }

        @Test
        void aJpegWithoutPictureIsRefused() throws IOException {
            assertRefused(bytes(0xff, 0xd8, 0xff, 0xd9), "damaged: a JPEG file without a picture");
            assertRefused(
                    bytes(0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9), "damaged: a JPEG file without its header (SOF)");
            assertRefused(
                    bytes(0xff, 0xd8, 0xff, 0xe0, 0, 1, 0xff, 0xd9),
                    "damaged: a JPEG file with a segment of negative length");
        }

        @Test
        void hugePicturesAreRefusedBeforeTheyAreDecoded() throws IOException {
            byte[] bomb = joined(
                    pngHeader(60_000, 60_000, 8, PictureBytes.RGB), chunk("IDAT", bytes()), chunk("IEND", bytes()));

            assertRefused(bomb, "has 60000x60000 pixels, more than the limit of 200000000");
            assertRefused(
                    tiff(60_000, 60_000, 1, 1, bytes(1, 2, 3)),
                    "has 60000x60000 pixels, more than the limit of 200000000");
        }

        @Test
        void theHeaderMustSayASize() throws IOException {
            assertRefused(
                    joined(pngHeader(0, 5, 8, PictureBytes.RGB), chunk("IDAT", bytes()), chunk("IEND", bytes())),
                    "damaged: its header says 0x5 pixels");
        }

        @Test
        void limitsCanBeSet() throws IOException {
            Path file = Files.write(folder.resolve("picture"), png(2, 1, 8, PictureBytes.GRAY, bytes(1, 2)));

            assertThatThrownBy(() -> ImageReader.read(file, new ImageLimits(1000, 1)))
                    .hasMessage(file + ": has 2x1 pixels, more than the limit of 1");
            assertThatThrownBy(() -> ImageReader.read(file, new ImageLimits(10, 1000)))
                    .hasMessage(file + ": larger than 10 bytes, the limit for a picture file");
        }

        @Test
        void missingFilesAndFoldersAreNamed() {
            Path nowhere = folder.resolve("nowhere.png");

            assertThatThrownBy(() -> ImageReader.read(nowhere)).hasMessage(nowhere + ": no such file");
            assertThatThrownBy(() -> ImageReader.read(folder)).hasMessage(folder + ": is a folder");
        }
    }
}
