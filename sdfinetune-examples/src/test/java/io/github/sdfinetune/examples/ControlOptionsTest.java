package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
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
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ControlOptionsTest {
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
            assertThat(loaded.controls()).extracting(Control::scale).containsExactly(1.0, 0.5, 0.3);
            assertThat(loaded.controls().get(2).net())
                    .isSameAs(loaded.controls().get(0).net());
        }
        assertThat(nets).allMatch(net -> net.closed);
    }

    @Test
    void whatWasLoadedIsClosedIfMoreCantBe() {
        assertThatThrownBy(() -> load("canny:I", "depth:" + folder.resolve("none.png")))
                .isInstanceOf(PictureFormatException.class);
        assertThat(nets).singleElement().matches(net -> net.closed);
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
