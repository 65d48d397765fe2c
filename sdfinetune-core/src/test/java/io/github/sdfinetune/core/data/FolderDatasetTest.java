package io.github.sdfinetune.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.core.image.PictureBytes;
import io.github.sdfinetune.error.DatasetException;
import io.github.sdfinetune.event.ProgressEvent;
import io.github.sdfinetune.event.ProgressEvent.Preparing;
import io.github.sdfinetune.event.ProgressEvent.Warning;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderDatasetTest {
    private static final int RED = 0xff0000;

    @TempDir
    Path temporary;

    private Path folder;
    private final List<ProgressEvent> events = new ArrayList<>();

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("photos"));
    }

    private void picture(String name, int width, int height, int rgb) throws IOException {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String format = ending.startsWith("tif") ? "tiff" : ending.startsWith("j") ? "jpeg" : ending;
        Files.write(folder.resolve(name), PictureBytes.encode(format, PictureBytes.plain(width, height, rgb)));
    }

    private void text(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private FolderDataset check(int batchSize, Optional<String> instancePrompt) {
        return FolderDataset.check(
                Dataset.folder(folder), new DatasetRequirements(8, batchSize, instancePrompt), events::add);
    }

    private FolderDataset check() {
        return check(1, Optional.empty());
    }

    private void assertFaults(String... faults) {
        assertThatThrownBy(this::check).isInstanceOfSatisfying(DatasetException.class, e -> {
            assertThat(e.folder()).isEqualTo(folder);
            assertThat(e.faults()).hasSameSizeAs(faults);
            for (int i = 0; i < faults.length; i++) {
                assertThat(e.faults().get(i)).startsWith(faults[i]);
            }
        });
    }

    private List<String> warnings() {
        return events.stream()
                .filter(Warning.class::isInstance)
                .map(event -> ((Warning) event).message())
                .toList();
    }

    @Test
    void picturesAreSortedByNameWithTheirCaptions() throws IOException {
        for (String name : List.of("b.png", "a.JPG", "C.gif", "d.tiff", "e.bmp")) {
            picture(name, 8, 8, RED);
            text(name.charAt(0) + (name.equals("b.png") ? ".caption" : ".txt"), "caption of " + name);
        }

        assertThat(check().examples())
                .extracting(example -> folder.relativize(example.file()) + " = " + example.caption())
                .containsExactly(
                        "C.gif = caption of C.gif",
                        "a.JPG = caption of a.JPG",
                        "b.png = caption of b.png",
                        "d.tiff = caption of d.tiff",
                        "e.bmp = caption of e.bmp");
        assertThat(warnings()).isEmpty();
    }

    @Test
    void everyPictureIsReportedThenTheCaptions() throws IOException {
        picture("a.png", 8, 8, RED);
        picture("b.png", 8, 8, RED);
        text("a.txt", "a cat");

        check(1, Optional.of("a photo"));

        assertThat(events)
                .containsExactly(
                        new Preparing("checking pictures", 0, 2),
                        new Preparing("checking pictures", 1, 2),
                        new Preparing("checked pictures (captions: 1 of 2, turned upright: 0)", 2, 2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"  a cat  | a cat", "a cat\\n\\n  on a mat\\r\\n | a cat on a mat", "BOMa cat | a cat"})
    void linesOfACaptionAreTrimmedAndJoined(String text, String caption) throws IOException {
        picture("a.png", 8, 8, RED);
        text("a.txt", text.translateEscapes().replace("BOM", "\ufeff"));

        assertThat(check().examples().get(0).caption()).isEqualTo(caption);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t\n"})
    void aBlankCaptionIsNone(String blank) throws IOException {
        picture("a.png", 8, 8, RED);
        text("a.txt", blank);

        assertFaults("a.png: has no caption, expected a text in a.txt or .caption, or an instance prompt");

        assertThat(check(1, Optional.of("a photo")).examples().get(0).caption()).isEqualTo("a photo");

        text("a.caption", "a cat");
        assertThat(check().examples().get(0).caption()).isEqualTo("a cat");
    }

    @Test
    void twoCaptionsMustAgree() throws IOException {
        picture("a.png", 8, 8, RED);
        text("a.txt", "a cat");
        text("a.caption", "a cat\n");
        assertThat(check().examples().get(0).caption()).isEqualTo("a cat");

        text("a.caption", "a dog");
        assertFaults("a.png: a.caption and a.txt differ; keep one of them");
    }

    @Test
    void captionsMustBeUtf8AndSmall() throws IOException {
        picture("a.png", 8, 8, RED);
        picture("b.png", 8, 8, RED);
        Files.write(folder.resolve("a.txt"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        text("b.txt", "x".repeat((1 << 20) + 1));

        assertFaults("a.png: a.txt is not encoded in UTF-8", "b.png: b.txt is larger than 1 MiB, no caption is");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void linksThatLeadNowhereAreFaults() throws IOException {
        picture("a.png", 8, 8, RED);
        Files.createSymbolicLink(folder.resolve("a.txt"), folder.resolve("nowhere"));
        Files.createSymbolicLink(folder.resolve("b.png"), folder.resolve("nowhere"));
        text("b.txt", "a cat");

        assertFaults("a.png: a.txt can't be read", "b.png: no such file");
    }

    @Test
    void allFaultsAreReportedTogether() throws IOException {
        picture("a.png", 8, 8, RED);
        text("b.jpg", "no picture at all");
        text("b.txt", "a cat");
        Files.write(folder.resolve("c.png"), new byte[0]);
        picture("d.gif", 8, 8, RED);
        text("d.txt", "fine");

        assertFaults(
                "a.png: has no caption",
                "b.jpg: is no picture or of an unknown format",
                "c.png: has no caption",
                "c.png: the file is empty");
    }

    @Test
    void otherFilesAreIgnoredAndCounted() throws IOException {
        picture("a.png", 8, 8, RED);
        text("a.txt", "a cat");
        text(".hidden.png", "");
        text("README.md", "");
        text("orphan.txt", "a dog");
        text("notes", "");
        Files.createDirectory(folder.resolve("more"));

        check();

        assertThat(warnings())
                .containsExactly(
                        folder + ": 4 files ignored, no pictures or captions of one: .hidden.png, README.md, notes, …",
                        folder + ": 1 subfolder not looked into: more");
    }

    @Test
    void smallPicturesAreEnlargedWithAWarning() throws IOException {
        picture("a.png", 8, 7, RED);
        picture("b.png", 16, 8, RED);

        FolderDataset dataset = check(2, Optional.of("a photo"));

        assertThat(warnings())
                .containsExactly(folder + ": 1 picture below the resolution of 8, to be enlarged: a.png (8x7)");
        assertThat(dataset.pixels(dataset.examples().get(0))).hasSize(3 * 8 * 8);
    }

    @Test
    void pixelsAreTheNormalisedCentre() throws IOException {
        picture("a.png", 32, 16, RED);

        FolderDataset dataset = check(1, Optional.of("a photo"));
        float[] pixels = dataset.pixels(dataset.examples().get(0));

        assertThat(pixels).hasSize(3 * 64);
        for (int i = 0; i < pixels.length; i++) {
            assertThat(pixels[i]).isEqualTo(i < 64 ? 1 : -1);
        }
    }

    @Test
    void aPictureThatIsGoneLaterIsNamed() throws IOException {
        picture("a.png", 8, 8, RED);
        FolderDataset dataset = check(1, Optional.of("a photo"));
        Files.delete(folder.resolve("a.png"));

        assertThatThrownBy(() -> dataset.pixels(dataset.examples().get(0)))
                .isInstanceOf(DatasetException.class)
                .hasMessage(folder + ": a.png: no such file");
    }

    @Test
    void thereMustBeABatchOfPictures() throws IOException {
        picture("a.png", 8, 8, RED);
        text("a.txt", "a cat");

        assertThatThrownBy(() -> check(2, Optional.empty()))
                .isInstanceOf(DatasetException.class)
                .hasMessage(folder + ": 1 picture, fewer than the batch size of 2");
    }

    @Test
    void thereMustBePictures() throws IOException {
        text("README.md", "");

        assertFaults("no pictures in it, expected files that end in png, jpg, jpeg, webp, bmp, gif, tif, tiff");
    }

    @Test
    void theFolderMustBeOne() throws IOException {
        Path file = folder;
        Files.delete(folder);
        assertFaults("no such folder");

        Files.writeString(file, "text");
        assertFaults("is a file, expected a folder of pictures");
    }
}
