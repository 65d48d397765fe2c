package io.github.sdfinetune.core.image;

import static io.github.sdfinetune.core.image.PictureBytes.ascii;
import static io.github.sdfinetune.core.image.PictureBytes.bytes;
import static io.github.sdfinetune.core.image.PictureBytes.chunk;
import static io.github.sdfinetune.core.image.PictureBytes.joined;
import static io.github.sdfinetune.core.image.PictureBytes.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.github.sdfinetune.Picture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngTextTest {
    @TempDir
    Path folder;

    private static byte[] with(byte[]... chunks) throws IOException {
        return png(1, 1, 8, PictureBytes.RGB, bytes(1, 2, 3), chunks);
    }

    private static byte[] deflated(byte[] text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(text);
        }
        return packed.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertRefused(byte[] png, String message) {
        assertThatThrownBy(() -> PngText.of(png))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void allKindsOfTextAreRead() throws IOException {
        byte[] png = with(
                chunk("tEXt", joined(ascii("Author\0"), bytes(0xe9))),
                chunk("zTXt", joined(ascii("Title\0\0"), deflated(bytes('a', 0xfc)))),
                chunk("iTXt", joined(ascii("parameters\0\0\0de\0Werte\0"), utf8("\u732b cat"))),
                chunk("iTXt", joined(ascii("Comment\0\1\0\0\0"), deflated(utf8("\u00e9\u732b")))));

        assertThat(PngText.of(png))
                .containsExactly(
                        entry("Author", "\u00e9"),
                        entry("Title", "a\u00fc"),
                        entry("parameters", "\u732b cat"),
                        entry("Comment", "\u00e9\u732b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a cat\nSteps: 20", "caf\u00e9", "\u732b", ""})
    void whatTheWriterWritesIsRead(String parameters) throws IOException {
        Path file = folder.resolve("picture.png");
        PngWriter.write(file, Picture.of(1, 1, bytes(1, 2, 3)), Map.of("parameters", parameters));

        assertThat(PngText.read(file)).containsExactly(entry("parameters", parameters));
    }

    @Test
    void withoutTextsThereAreNone() throws IOException {
        assertThat(PngText.of(with())).isEmpty();
    }

    @Test
    void ofTwoWithOneKeywordTheLastCounts() throws IOException {
        assertThat(PngText.of(with(chunk("tEXt", ascii("a\0one")), chunk("tEXt", ascii("a\0two")))))
                .containsExactly(entry("a", "two"));
    }

    /** 16 MiB of zeros and one in 16 KiB. */
    @Test
    void aPackedTextMayNotBurst() throws IOException {
        byte[] packed = deflated(new byte[PngText.MOST_BYTES + 1]);

        assertThat(packed.length).isLessThan(20_000);
        assertRefused(
                with(chunk("zTXt", joined(ascii("bomb\0\0"), packed))),
                "has texts of more than 16777216 bytes, the limit");
        assertRefused(
                with(chunk("iTXt", joined(ascii("bomb\0\1\0\0\0"), packed))),
                "has texts of more than 16777216 bytes, the limit");
    }

    @Test
    void theLimitHoldsForAllTextsTogether() throws IOException {
        byte[] half = chunk("zTXt", joined(ascii("half\0\0"), deflated(new byte[PngText.MOST_BYTES / 2])));

        assertThat(PngText.of(with(half, half))).containsOnlyKeys("half");
        assertRefused(with(half, half, chunk("tEXt", ascii("one\0x"))), "has texts of more than");
    }

    @Test
    void damagedTextsAreRefused() throws IOException {
        assertRefused(with(chunk("tEXt", ascii("no end"))), "damaged: the keyword of its chunk tEXt does not end");
        assertRefused(with(chunk("zTXt", ascii("a\0"))), "damaged: the file ends too early");
        assertRefused(
                with(chunk("zTXt", ascii("a\0\7xyz"))),
                "the text of its chunk zTXt is packed by method 7, expected 0 (deflate)");
        assertRefused(with(chunk("zTXt", ascii("a\0\0xyz"))), "damaged: the text of its chunk zTXt can't be unpacked");
        byte[] packed = deflated(utf8("a long text, not quite so long"));
        assertRefused(
                with(chunk("zTXt", joined(ascii("a\0\0"), Arrays.copyOf(packed, packed.length - 6)))),
                "damaged: the packed text of its chunk zTXt ends early");
        assertRefused(ascii("GIF89a"), "is no PNG file");
        assertRefused(new byte[0], "is no PNG file");
    }

    @Test
    void thePathStandsInTheMessage() throws IOException {
        Path file = Files.write(folder.resolve("x.png"), ascii("GIF89a"));

        assertThatThrownBy(() -> PngText.read(file))
                .isInstanceOf(ImageReadException.class)
                .hasMessage(file + ": is no PNG file; only these are read for texts");
        assertThatThrownBy(() -> PngText.read(folder.resolve("none.png"))).hasMessageEndingWith("no such file");
    }

    /** Bytes are changed inside of chunks whose checksums are put right again, so that the damage gets through. */
    @Test
    void damageOfAnyKindIsAnIoException() throws IOException {
        Random random = new Random(1);
        byte[] text = joined(ascii("parameters\0\1\0de\0x\0"), deflated(utf8("a cat on a mat, a cat on a mat")));
        for (int round = 0; round < 3000; round++) {
            byte[] changed = Arrays.copyOf(text, random.nextInt(text.length + 1));
            for (int i = random.nextInt(4); i > 0 && changed.length > 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            byte[] png = with(chunk(random.nextBoolean() ? "iTXt" : "zTXt", changed));
            byte[] cut = random.nextInt(4) == 0 ? Arrays.copyOf(png, random.nextInt(png.length)) : png;
            try {
                assertThat(PngText.of(cut)).hasSizeLessThanOrEqualTo(1);
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?s).*(damaged|packed by method|is no PNG file).*");
            }
        }
    }
}
