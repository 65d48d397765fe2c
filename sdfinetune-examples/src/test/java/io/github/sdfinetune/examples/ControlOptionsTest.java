package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.error.PictureFormatException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ControlOptionsTest {
    private static final Picture PICTURE = Picture.of(8, 8, new byte[192]);

    @TempDir
    private Path folder;

    private final List<Net> nets = new ArrayList<>();

    /** Stands for a network of hundreds of megabytes: what counts here is how often there is one, and when it is closed. */
    private static final class Net implements ControlNet {
        private final String name;
        private boolean closed;

        Net(Path path) {
            this.name = path.getFileName().toString();
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String hash() {
            return "0".repeat(64);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Command
    private static final class Options {
        @Mixin
        private ControlOptions control = new ControlOptions();
    }

    @BeforeEach
    void drawPicture() throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "png", folder.resolve("i.png").toFile());
    }

    @Test
    void aNetThatIsGivenTwiceIsLoadedOnce() throws IOException {
        Files.createDirectory(folder.resolve("more"));
        try (ControlOptions.Loaded loaded = load("canny:I", "depth:I:0.5", "more/../canny:I:0.3")) {
            assertThat(nets).extracting(Net::name).containsExactly("canny", "depth");
            assertThat(loaded.controls())
                    .extracting(given -> given.control().scale())
                    .containsExactly(1.0, 0.5, 0.3);
            assertThat(loaded.controls().get(2).control().net())
                    .isSameAs(loaded.controls().get(0).control().net());
        }
        assertThat(nets).allMatch(net -> net.closed);
    }

    @Test
    void whatWasLoadedIsClosedIfMoreCantBe() {
        assertThatThrownBy(() -> load("canny:I", "depth:" + folder.resolve("none.png")))
                .isInstanceOf(PictureFormatException.class);
        assertThat(nets).singleElement().matches(net -> net.closed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"I", "I:0.7", "I:0.7:0.1:0.8", "I:0.7:0.1:0.8:guess"})
    void savedSettingsAreKept(String settings) {
        try (ControlOptions.Loaded loaded = load("canny:" + settings, "depth:I:2")) {
            Generation whole = loaded.addTo(saved());
            assertThat(whole.controls()).extracting(Control::scale).containsExactly(0.7, 2.0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"I:1", "I:0.7:0", "I:0.7:0.1:1"})
    void otherSettingsThanTheSavedAreRefused(String settings) {
        try (ControlOptions.Loaded loaded = load("canny:" + settings)) {
            assertThatThrownBy(() -> loaded.addTo(saved()))
                    .isInstanceOf(OptionException.class)
                    .hasMessage("--control: the request of --from lets this ControlNet act as"
                            + " canny:IMAGE:0.7:0.1:0.8:guess, which can't be changed: expected the same, or NET:IMAGE"
                            + " alone");
        }
    }

    @Test
    void guessModeIsRefusedIfItIsNotSaved() {
        Control control = Control.by(new Net(Path.of("canny")), PICTURE);
        try (ControlOptions.Loaded loaded = load("canny:I:guess")) {
            assertThatThrownBy(() -> loaded.addTo(Generation.of("a mug").control(control)))
                    .isInstanceOf(OptionException.class)
                    .hasMessageContaining("act as canny:IMAGE:1.0:0.0:1.0, which");
        }
    }

    private static Generation saved() {
        Control control = Control.by(new Net(Path.of("canny")), PICTURE);
        return Generation.of("a mug")
                .control(control.scale(0.7).during(0.1, 0.8).guessMode(true));
    }

    /** @param arguments with a capital I for the picture; nets are in the folder of the test */
    private ControlOptions.Loaded load(String... arguments) {
        Options options = new Options();
        CommandLine commandLine =
                new CommandLine(options).registerConverter(ControlArgument.class, ControlArgument::parse);
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = "--control=" + folder + "/" + arguments[i].replace(":I", ":" + folder.resolve("i.png"));
        }
        commandLine.parseArgs(arguments);
        return options.control.load(path -> {
            Net net = new Net(path);
            nets.add(net);
            return net;
        });
    }
}
