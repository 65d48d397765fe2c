package io.github.sdfinetune.core.image;

import static io.github.sdfinetune.core.image.PictureBytes.ascii;
import static io.github.sdfinetune.core.image.PictureBytes.bytes;
import static io.github.sdfinetune.core.image.PictureBytes.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.error.PictureFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures and masks as an application reads them. */
class PictureReadTest {
    @TempDir
    Path folder;

    @Test
    void aFileBecomesAPicture() throws IOException {
        Path file = Files.write(folder.resolve("two.png"), png(2, 1, 8, PictureBytes.RGB, bytes(1, 2, 3, 4, 5, 6)));

        assertThat(Picture.read(file)).isEqualTo(Picture.of(2, 1, bytes(1, 2, 3, 4, 5, 6)));
    }

    @Test
    void aPictureIsWrittenWithoutAWordAboutIt() throws Exception {
        Picture picture = Picture.of(2, 1, bytes(1, 2, 3, 4, 5, 6));
        Path file = folder.resolve("two.png");

        picture.save(file);

        assertThat(Picture.read(file)).isEqualTo(picture);
        assertThat(PngText.read(file)).isEmpty();
    }

    @Test
    void aFileBecomesAMask() throws IOException {
        Path file = Files.write(folder.resolve("two.png"), png(2, 1, 8, PictureBytes.GRAY, bytes(7, 255)));

        assertThat(Mask.read(file)).isEqualTo(Mask.of(2, 1, bytes(7, 255)));
    }

    @Test
    void whatIsNoPictureIsNamed() throws IOException {
        Path file = Files.write(folder.resolve("text.png"), ascii("once upon a time"));

        assertThatThrownBy(() -> Picture.read(file))
                .isInstanceOfSatisfying(
                        PictureFormatException.class, e -> assertThat(e.path()).isEqualTo(file))
                .hasMessage(
                        file + ": is no picture or of an unknown format, expected JPEG, PNG, WebP, GIF, BMP or TIFF");
        assertThatThrownBy(() -> Mask.read(folder.resolve("none.png")))
                .isInstanceOf(PictureFormatException.class)
                .hasMessage(folder.resolve("none.png") + ": no such file");
    }
}
