package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StickersTest {
    @TempDir
    private Path folder;

    @Test
    void eachPictureHasItsCaption() throws IOException {
        Stickers.drawInto(folder);
        List<Path> pictures =
                names(folder).filter(p -> p.toString().endsWith(".png")).toList();
        assertThat(pictures).hasSize(8);
        assertThat(folder.resolve("green-star.png")).exists();
        assertThat(folder.resolve("green-star.txt")).hasContent("a green star, sticker style");
        assertThat(names(folder)).hasSize(16);
    }

    @Test
    void picturesAreAlwaysTheSame() throws IOException {
        Path again = folder.resolve("again");
        Stickers.drawInto(folder.resolve("once"));
        Stickers.drawInto(again);
        assertThat(names(folder.resolve("once")))
                .allSatisfy(file -> assertThat(file).hasSameBinaryContentAs(again.resolve(file.getFileName())));
    }

    private static Stream<Path> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList().stream();
        }
    }
}
