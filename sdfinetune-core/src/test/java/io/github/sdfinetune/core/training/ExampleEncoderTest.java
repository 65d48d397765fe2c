package io.github.sdfinetune.core.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.data.DatasetRequirements;
import io.github.sdfinetune.core.data.FolderDataset;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.model.TextEncoder;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.TinyModel;
import io.github.sdfinetune.core.vae.Posterior;
import io.github.sdfinetune.event.ProgressEvent;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExampleEncoderTest {
    private static final int SIDE = 32;

    @TempDir
    private static Path shared;

    @AutoClose
    private static DiffusionModel model;

    @TempDir
    private Path pictures;

    private final List<ProgressEvent> events = new ArrayList<>();

    @BeforeAll
    static void load() {
        model = TinyModel.in(shared);
    }

    @Test
    void picturesAndCaptionsAreWhatTheNetworksMakeOfThem() throws IOException {
        add("a", Color.RED, "a red square");
        add("b", Color.BLUE, "a blue square");
        FolderDataset dataset = dataset();

        List<EncodedExample> encoded = encode(dataset);

        assertThat(encoded).extracting(EncodedExample::name).containsExactly("a.png", "b.png");
        try (Scope scope = Scope.open()) {
            TextEncoder text = model.textEncoders().get(0);
            for (int i = 0; i < encoded.size(); i++) {
                float[] pixels = dataset.pixels(dataset.examples().get(i));
                Posterior posterior = model.vae().encode(Tensor.of(pixels, 1, 3, SIDE, SIDE));
                assertThat(encoded.get(i).mean()).isEqualTo(posterior.mean().toFloats());
                assertThat(encoded.get(i).deviation())
                        .isEqualTo(posterior.deviation().toFloats());
                long[] ids = text.tokenizer()
                        .encode(i == 0 ? "a red square" : "a blue square")
                        .ids();
                FloatAssert.assertClose(
                        "text states",
                        encoded.get(i).text(),
                        text.network()
                                .encode(Tensor.of(ids, 1, ids.length), 0, Patches.none())
                                .toFloats(),
                        1e-6,
                        0);
            }
        }
    }

    @Test
    void aCaptionOfSeveralPicturesIsEncodedOnce() throws IOException {
        String tooLong = "disc ".repeat(200);
        add("a", Color.RED, tooLong);
        add("b", Color.BLUE, tooLong);

        List<EncodedExample> encoded = encode(dataset());

        assertThat(encoded.get(1).text()).isSameAs(encoded.get(0).text());
        assertThat(encoded.get(1).mean()).isNotEqualTo(encoded.get(0).mean());
        assertThat(events).filteredOn(ProgressEvent.Warning.class::isInstance).hasSize(1);
    }

    @Test
    void nothingStaysOpen() throws IOException {
        add("a", Color.RED, "a red square");
        long open = Tensor.open();
        encode(dataset());
        assertThat(Tensor.open()).isEqualTo(open);
    }

    private void add(String name, Color colour, String caption) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(4, 8, 16, 16);
        graphics.dispose();
        ImageIO.write(image, "png", pictures.resolve(name + ".png").toFile());
        Files.writeString(pictures.resolve(name + ".txt"), caption);
    }

    private FolderDataset dataset() {
        return FolderDataset.check(
                Dataset.folder(pictures), new DatasetRequirements(SIDE, 1, Optional.empty()), ProgressListener.quiet());
    }

    private List<EncodedExample> encode(FolderDataset dataset) {
        return new ExampleEncoder(model, SIDE).encode(dataset, events::add);
    }
}
