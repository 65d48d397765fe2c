package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.sdfinetune.Canny;
import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.SizeConditioning;
import io.github.sdfinetune.SizeConditioning.Sizes;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.testing.TinyControlNet;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code generate} within this process: options change the picture as the library does when it is asked for the same. */
class GenerateTest {
    private static final Path XL = ReferenceFolder.get().path("models/sdxl");

    @TempDir
    private static Path shared;

    private static Path model;
    private static Picture photo;

    @AutoClose
    private static Pipeline pipeline;

    @AutoClose
    private static ControlNet net;

    @AutoClose
    private static ControlNet otherNet;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() throws IOException {
        model = shared.resolve("model");
        NewModel.tiny(1).write(model);
        pipeline = pipeline(model);
        net = TinyControlNet.load(shared.resolve("net"), "");
        otherNet = TinyControlNet.load(shared.resolve("other"), "'norm_num_groups': 16");
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 64; x++) {
                image.setRGB(x, y, Math.hypot(x - 30, y - 28) < 20 ? 0xf02010 : 0x010101 * (4 * y));
            }
        }
        ImageIO.write(image, "png", shared.resolve("photo.png").toFile());
        photo = Picture.read(shared.resolve("photo.png"));
    }

    private static Pipeline pipeline(Path model) {
        return Pipeline.load(model, LoadOptions.defaults().threads(1));
    }

    private static Generation generation() {
        return Generation.of("a red disc")
                .negativePrompt("a square")
                .promptSyntax(PromptSyntax.A1111)
                .sampler(Sampler.DDIM)
                .steps(4)
                .size(64, 48)
                .seed(7);
    }

    /** What is written by a command line. */
    private Picture generated(Path model, List<String> options) {
        Path output = folder.resolve("out.png");
        List<String> arguments = new ArrayList<>(List.of("generate", "--threads", "1", "--sampler", "ddim"));
        arguments.addAll(List.of("--steps", "4", "--width", "64", "--height", "48", "--seed", "7"));
        arguments.addAll(List.of("--negative-prompt", "a square", "--model", model.toString()));
        arguments.addAll(List.of("--output", output.toString(), "--overwrite"));
        arguments.addAll(options);
        if (!options.contains("--prompt")) {
            arguments.addAll(List.of("--prompt", "a red disc"));
        }
        StringWriter err = new StringWriter();
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
        assertThat(exitCode).as(err.toString()).isZero();
        return Picture.read(output);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a (red:1.5) disc",
                "a ((red)) [disc]",
                "[a red disc:a blue square:2]",
                "a [red|blue] disc",
                "a red disc AND snow :0.6",
                "a red disc BREAK snow"
            })
    void promptsAreInTheLanguageOfTheWebInterface(String prompt) {
        Generation asked = generation().prompts(prompt);
        Picture picture = generated(model, List.of("--prompt", prompt));

        assertThat(picture).isEqualTo(pipeline.generate(asked).picture());
        assertThat(generated(model, List.of("--prompt", prompt, "--prompt-syntax", "plain")))
                .isEqualTo(pipeline.generate(asked.promptSyntax(PromptSyntax.PLAIN))
                        .picture())
                .isNotEqualTo(picture);
    }

    /** Options, and the same said to the library. */
    private record Case(List<String> options, UnaryOperator<Generation> change) {}

    private static Case control(String text, Control control) {
        return new Case(List.of("--control", shared + "/" + text), each -> each.control(control));
    }

    static Stream<Case> cases() {
        String file = shared.resolve("photo.png").toString();
        Control control = Control.by(net, photo);
        return Stream.of(
                new Case(List.of("--guidance-interval", "0.25,0.75"), each -> each.guidanceInterval(0.25, 0.75)),
                new Case(List.of("--guidance-rescale", "0.7"), each -> each.guidanceRescale(0.7)),
                new Case(List.of("--eta", "0.5"), each -> each.eta(0.5)),
                new Case(List.of("--clip-skip", "1"), each -> each.clipSkip(1)),
                control("net:" + file, control),
                control("net:canny:" + file, Control.by(net, Canny.edges(photo))),
                control("net:" + file + ":0.5:0.2:0.8", control.scale(0.5).during(0.2, 0.8)),
                control("net:" + file + ":guess", control.guessMode(true)),
                new Case(
                        List.of("--control", shared + "/net:" + file, "--control", shared + "/other:" + file + ":0.3"),
                        each -> each.control(control)
                                .control(Control.by(otherNet, photo).scale(0.3))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anOptionChangesThePictureAsInTheLibrary(Case option) {
        assertThat(generated(model, option.options))
                .isEqualTo(pipeline.generate(option.change.apply(generation())).picture())
                .isNotEqualTo(pipeline.generate(generation()).picture());
    }

    private static Case told(
            String option, String value, UnaryOperator<Sizes> positive, UnaryOperator<Sizes> negative) {
        Sizes usual = Sizes.of(64, 48);
        SizeConditioning told = new SizeConditioning(positive.apply(usual), negative.apply(usual), 6, 2.5);
        return new Case(List.of(option, value), each -> each.sizeConditioning(told));
    }

    private static Case told(String option, String value, UnaryOperator<Sizes> both) {
        return told(option, value, both, both);
    }

    private static Case toldNegative(String option, String value, UnaryOperator<Sizes> negative) {
        return told(option, value, UnaryOperator.identity(), negative);
    }

    @Test
    void stableDiffusionXlIsToldSizesAndSecondPrompts() {
        assumeThat(XL.resolve("tokenizer"))
                .as("in full only outside of the compact copy")
                .isDirectory();
        try (Pipeline xl = pipeline(XL)) {
            Picture usual = xl.generate(generation()).picture();
            Stream.of(
                            told("--original-size", "200x300", sizes -> sizes.withOriginal(200, 300)),
                            told("--crop", "8,16", sizes -> sizes.withCrop(8, 16)),
                            told("--target-size", "96x80", sizes -> sizes.withTarget(96, 80)),
                            toldNegative("--negative-original-size", "20x30", sizes -> sizes.withOriginal(20, 30)),
                            toldNegative("--negative-crop", "0,4", sizes -> sizes.withCrop(0, 4)),
                            toldNegative("--negative-target-size", "96x80", sizes -> sizes.withTarget(96, 80)),
                            new Case(List.of("--second-prompt", "snow"), each -> each.secondPrompt("snow")),
                            new Case(
                                    List.of("--second-negative-prompt", "fog"),
                                    each -> each.secondNegativePrompt("fog")))
                    .forEach(option -> assertThat(generated(XL, option.options))
                            .as("%s", option.options)
                            .isEqualTo(xl.generate(option.change.apply(generation()))
                                    .picture())
                            .isNotEqualTo(usual));
        }
    }
}
