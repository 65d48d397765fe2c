package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.NewModel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainAndGenerateIT {
    @TempDir
    private Path folder;

    @Test
    void exampleWritesAdapterAndPicture() throws IOException {
        Path model = folder.resolve("model");
        Path photos = folder.resolve("photos");
        NewModel.tiny(1).write(model);
        Stickers.drawInto(photos);

        TrainAndGenerate.run(model, photos, folder, 2);

        assertThat(folder.resolve("mug.safetensors")).isNotEmptyFile();
        assertThat(folder.resolve("mug-on-the-moon.png")).isNotEmptyFile();
    }
}
