package io.github.sdfinetune.core.image;

import static io.github.sdfinetune.core.image.PictureBytes.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Picture;
import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.commons.imaging.Imaging;
import org.apache.commons.imaging.formats.png.AbstractPngText;
import org.apache.commons.imaging.formats.png.PngImageInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngWriterTest {
    private static final RgbImage IMAGE = new RgbImage(2, 1, bytes(1, 2, 3, 200, 201, 202));

    @TempDir
    Path folder;

    private AbstractPngText write(String parameters) throws IOException {
        Path file = folder.resolve("picture.png");
        PngWriter.write(file, IMAGE.toPicture(), Map.of("parameters", parameters));
        PngImageInfo info = (PngImageInfo) Imaging.getImageInfo(file.toFile());
        assertThat(info.getTextChunks()).hasSize(1);
        return info.getTextChunks().get(0);
    }

    @Test
    void theParametersAreATextChunk() throws IOException {
        AbstractPngText text = write("a caf\u00e9\nSteps: 25");

        assertThat(text).isInstanceOf(AbstractPngText.Text.class);
        assertThat(text.keyword).isEqualTo("parameters");
        assertThat(text.text).isEqualTo("a caf\u00e9\nSteps: 25");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u732b", "a cat \ud83d\ude3a\nSteps: 25", "\u20ac"})
    void otherLettersAreAnInternationalTextChunk(String parameters) throws IOException {
        AbstractPngText text = write(parameters);

        assertThat(text).isInstanceOf(AbstractPngText.Itxt.class);
        assertThat(text.keyword).isEqualTo("parameters");
        assertThat(text.text).isEqualTo(parameters);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "\ud83d\ude3a"})
    void theJdkReadsTheSameTextAndPixels(String parameters) throws IOException {
        write(parameters);
        Path file = folder.resolve("picture.png");
        javax.imageio.ImageReader reader =
                ImageIO.getImageReadersByFormatName("png").next();
        reader.setInput(ImageIO.createImageInputStream(file.toFile()));
        org.w3c.dom.Element text = (org.w3c.dom.Element)
                ((org.w3c.dom.Element) reader.getImageMetadata(0).getAsTree("javax_imageio_1.0"))
                        .getElementsByTagName("TextEntry")
                        .item(0);

        assertThat(text.getAttribute("keyword")).isEqualTo("parameters");
        assertThat(text.getAttribute("value")).isEqualTo(parameters);
        assertThat(reader.read(0).getRGB(1, 0)).isEqualTo(0xffc8c9ca);
        reader.dispose();
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        byte[] rgb = new byte[3 * 31 * 17];
        new Random(1).nextBytes(rgb);
        Path file = folder.resolve("noise.png");
        PngWriter.write(file, Picture.of(31, 17, rgb), Map.of());

        assertThat(ImageReader.read(file).pixels().rgb()).isEqualTo(rgb);
    }

    @Test
    void grayPicturesStayTrueColour() throws IOException {
        Path file = folder.resolve("gray.png");
        PngWriter.write(file, Picture.of(1, 1, bytes(3, 3, 3)), Map.of());

        assertThat(Files.readAllBytes(file)[25]).as("colour type").isEqualTo((byte) PictureBytes.RGB);
        assertThat(ImageReader.read(file).pixels().rgb()).containsExactly(3, 3, 3);
    }

    @Test
    void anExistingFileIsReplaced() throws IOException {
        Files.writeString(folder.resolve("picture.png"), "old");

        write("new");

        assertThat(folder).isDirectoryNotContaining(file -> !file.endsWith("picture.png"));
    }

    @Test
    void aMissingFolderIsAnOutputError() {
        Path file = folder.resolve("nowhere/picture.png");

        assertThatThrownBy(() -> PngWriter.write(file, IMAGE.toPicture(), Map.of()))
                .isInstanceOf(OutputException.class)
                .hasMessageStartingWith(file + ": can't be written");
    }

    @Test
    void theTextIsLatin1AsReadersExpect() throws IOException {
        write("caf\u00e9");

        assertThat(new String(Files.readAllBytes(folder.resolve("picture.png")), StandardCharsets.ISO_8859_1))
                .contains("tEXtparameters\0caf\u00e9");
    }
}
