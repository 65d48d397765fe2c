package io.github.sdfinetune.examples;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program as a user starts it, each command in a process of its own. */
class SdFineTuneIT {
    private static final long TIMEOUT_SECONDS = 900;

    @TempDir
    private static Path shared;

    private static Path model;
    private static Path photos;

    @TempDir
    private Path folder;

    /** What a process left: its exit code and what it printed. */
    private record Result(int exitCode, String out, String err) {}

    @BeforeAll
    static void makeModelAndPictures() throws Exception {
        model = shared.resolve("model");
        photos = shared.resolve("photos");
        Stickers.drawInto(photos);
        Result result = run(shared, "init-model", "--size", "tiny", "--seed", "1", "--output", model.toString());
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).isEqualToIgnoringNewLines(model + " written");
    }

    @Test
    void helpListsTheCommands() throws Exception {
        Result result = run(folder, "--help");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("demo", "train-lora", "generate", "init-model", "Exit codes:");
    }

    @Test
    void versionIsThatOfTheBuild() throws Exception {
        assertThat(run(folder, "--version").out()).matches("sdfinetune \\d+\\.\\d+\\.\\d+\\S*\\s+");
    }

    @Test
    void sameSeedGivesTheSameModel() throws Exception {
        Path again = folder.resolve("again");
        run(folder, "init-model", "--size", "tiny", "--seed", "1", "--output", again.toString());
        String weights = "unet/diffusion_pytorch_model.safetensors";
        assertThat(again.resolve(weights)).hasSameBinaryContentAs(model.resolve(weights));
    }

    @Test
    void modelFolderIsReplacedOnlyOnRequest() throws Exception {
        Path target = folder.resolve("model");
        String[] command = {"init-model", "--size", "tiny", "--output", target.toString()};
        assertThat(run(folder, command).exitCode()).isZero();
        assertThat(run(folder, command).exitCode()).isEqualTo(1);
        assertThat(run(folder, with(command, "--overwrite")).exitCode()).isZero();
        assertThat(folder).isDirectoryNotContaining("glob:**.old");
        assertThat(target.resolve("model_index.json")).exists();
    }

    @Test
    void trainedAdapterGeneratesPictures() throws Exception {
        Result training = run(folder, train("lora.safetensors", "--steps", "4", "--rank", "4"));
        assertThat(training.exitCode()).as(training.err()).isZero();
        assertThat(training.out()).startsWith("lora.safetensors written: 4 steps, final loss ");
        assertThat(training.err()).contains("training step 4/4, loss ").doesNotContain(" INFO ");

        Result generation = run(
                folder, generate("picture.png", "--adapter", "lora.safetensors:0.8", "--count", "2", "--seed", "7"));
        assertThat(generation.exitCode()).as(generation.err()).isZero();
        assertThat(generation.out().lines())
                .containsExactly("picture-1.png written, seed 7", "picture-2.png written, seed 8");
        BufferedImage picture = ImageIO.read(folder.resolve("picture-2.png").toFile());
        assertThat(picture.getWidth()).isEqualTo(64);
        assertThat(picture.getHeight()).isEqualTo(64);
    }

    @Test
    void verboseShowsWhatTheEngineLogs() throws Exception {
        Result generation = run(folder, generate("picture.png", "--verbose"));
        assertThat(generation.exitCode()).as(generation.err()).isZero();
        assertThat(generation.err()).contains(" INFO ");
    }

    @Test
    void savedPictureIsRepeated() throws Exception {
        run(folder, train("mug.safetensors", "--steps", "1", "--rank", "2"));
        String[] adapter = {"--adapter", "mug.safetensors:0.5"};
        generated(with(generate("a.png", "--count", "2", "--grid", "grid.png", "--previews", "previews"), adapter));
        assertThat(ImageIO.read(folder.resolve("grid.png").toFile()).getWidth()).isEqualTo(128);
        assertThat(folder.resolve("previews").toFile().list()).contains("1-001.png", "2-003.png");
        assertThat(run(folder, "inspect", "a-2.png").out()).contains("a blue star", "Steps: 3", "mug: 0.5");

        String[] again = {"generate", "--model", model.toString(), "--from", "a-2.png", "--output"};
        Result missing = run(folder, with(again, "b.png"));
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err()).contains("error: to repeat the picture a-2.png, the adapter \"mug\" must be given");
        generated(with(again, "b.png", "--adapter", "mug.safetensors"));
        assertThat(folder.resolve("b.png")).hasSameBinaryContentAs(folder.resolve("a-2.png"));
    }

    @Test
    void savedGridIsRepeatedAsAWhole() throws Exception {
        generated(generate("a.png", "--count", "3", "--grid", "grid.png"));
        assertThat(run(folder, "inspect", "grid.png").out()).contains("Seed: ");
        String[] again = {"generate", "--model", model.toString(), "--from", "grid.png", "--output"};
        generated(with(again, "b.png", "--grid", "again.png"));
        assertThat(folder.resolve("again.png")).hasSameBinaryContentAs(folder.resolve("grid.png"));
        for (int i = 1; i <= 3; i++) {
            assertThat(folder.resolve("b-" + i + ".png")).hasSameBinaryContentAs(folder.resolve("a-" + i + ".png"));
        }
    }

    @Test
    void whatIsNotAsItWasIsNoted() throws Exception {
        generated(generate("a.png"));
        run(folder, "init-model", "--size", "tiny", "--seed", "2", "--output", "other");
        Result result = run(
                folder,
                "generate",
                "--model",
                "other",
                "--precision",
                "bfloat16",
                "--from",
                "a.png",
                "--output",
                "b.png");
        assertThat(result.err())
                .containsPattern(
                        "note: a\\.png: was made with the model model of hash [0-9a-f]{10}, this one has the hash [0-9a-f]{10}")
                .contains("note: a.png: was made with --precision float32, this is bfloat16");
    }

    @Test
    void anotherAdapterOfTheSameNameIsRefused() throws Exception {
        Files.createDirectory(folder.resolve("other"));
        run(folder, train("mug.safetensors", "--steps", "1", "--rank", "2"));
        run(folder, train("other/mug.safetensors", "--steps", "2", "--rank", "2"));
        generated(generate("a.png", "--adapter", "mug.safetensors"));
        Result result = run(
                folder,
                "generate",
                "--model",
                model.toString(),
                "--from",
                "a.png",
                "--output",
                "b.png",
                "--adapter",
                "other/mug.safetensors");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .containsPattern("error: to repeat the picture a\\.png, the adapter \"mug\" with the hash [0-9a-f]{64}"
                        + " \\(the one that is given has [0-9a-f]{64}\\) must be given");
    }

    @Test
    void picturesAreChangedRepaintedAndContinued() throws Exception {
        generated(generate("a.png", "--hires", "1.5", "--hires-upscaler", "lanczos", "--no-metadata"));
        assertThat(ImageIO.read(folder.resolve("a.png").toFile()).getWidth()).isEqualTo(96);
        assertThat(run(folder, "inspect", "a.png").out()).contains("does not say what made it");
        String[] image = {"--image", "a.png"};
        generated(with(generate("changed.png", "--strength", "0.5", "--width", "64"), image));
        generated(with(generate("masked.png", "--mask", "a.png", "--mask-blur", "2", "--only-masked", "8"), image));
        generated(with(generate("wider.png", "--outpaint", "0,0,16,0"), image));
        assertThat(ImageIO.read(folder.resolve("wider.png").toFile()).getWidth())
                .isEqualTo(112);
        generated("generate", "--model", model.toString(), "--image", "a.png", "--variation", "--output", "like.png");
        generated(
                "generate",
                "--model",
                model.toString(),
                "--from",
                "masked.png",
                "--output",
                "again.png",
                "--image",
                "a.png",
                "--mask",
                "a.png",
                "--mask-blur",
                "2");
        assertThat(folder.resolve("again.png")).hasSameBinaryContentAs(folder.resolve("masked.png"));
    }

    @Test
    void severalPromptsGivePicturesTogether() throws Exception {
        generated(generate("a.png", "--prompt", "a red disc", "--negative-prompt", "x", "--negative-prompt", "y"));
        generated(generate("b.png", "--count", "2", "--batch-seed", "4", "--no-tiled-vae"));
        assertThat(folder.toFile().list()).contains("a-1.png", "a-2.png", "b-1.png", "b-2.png");
        generated("generate", "--model", model.toString(), "--from", "b-2.png", "--output", "again.png");
        assertThat(folder.resolve("again.png")).hasSameBinaryContentAs(folder.resolve("b-2.png"));
    }

    @Test
    void guidanceOfAVariationIsKept() throws Exception {
        generated(generate("a.png"));
        String[] variation = {"--image", "a.png", "--variation", "--seed", "1", "--strength", "1"};
        generated(with(generate("one.png"), variation));
        generated(with(generate("same.png", "--guidance", "1"), variation));
        generated(with(generate("other.png", "--guidance", "9"), variation));
        assertThat(folder.resolve("same.png")).hasSameBinaryContentAs(folder.resolve("one.png"));
        assertThat(Files.mismatch(folder.resolve("other.png"), folder.resolve("one.png")))
                .isNotNegative();
    }

    @Test
    void promptNamesAdapters() throws Exception {
        Path loras = Files.createDirectory(folder.resolve("loras"));
        run(folder, train("loras/mug.safetensors", "--steps", "1", "--rank", "2"));
        Files.writeString(loras.resolve("broken.safetensors"), "not read because no prompt names it");
        generated(
                "generate",
                "--model",
                model.toString(),
                "--steps",
                "2",
                "--output",
                "a.png",
                "--prompt",
                "a cup <lora:mug:0.5>",
                "--lora-folder",
                "loras");
        Result other = generate(folder, "<lora:cup:1>", "--lora", "mug=loras/mug.safetensors");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("error: no adapter is called \"cup\"");

        Result misspelt = generate(folder, "<lora:mag:1>", "--lora-folder", "loras");
        assertThat(misspelt.exitCode()).isEqualTo(2);
        assertThat(misspelt.err()).contains("error: no adapter is called \"mag\"; did you mean \"mug\"?");
    }

    private static Result generate(Path folder, String prompt, String... more) throws Exception {
        Stream<String> command =
                Stream.of("generate", "--model", model.toString(), "--output", "b.png", "--prompt", prompt);
        return run(folder, Stream.concat(command, Stream.of(more)).toArray(String[]::new));
    }

    private void generated(String... command) throws Exception {
        Result result = run(folder, command);
        assertThat(result.exitCode()).as(result.err()).isZero();
    }

    @Test
    void randomSeedIsPrintedAndGivesTheSamePicture() throws Exception {
        String line = run(folder, generate("a.png")).out().strip();
        assertThat(line).matches("a\\.png written, seed \\d+");
        run(folder, generate("b.png", "--seed", line.substring(line.lastIndexOf(' ') + 1)));
        assertThat(folder.resolve("b.png")).hasSameBinaryContentAs(folder.resolve("a.png"));
    }

    @Test
    void existingPictureIsRefused() throws Exception {
        Files.writeString(folder.resolve("picture.png"), "mine");
        Result result = run(folder, generate("picture.png"));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err().lines()).containsExactly("error: picture.png: exists already; --overwrite replaces it");
        assertThat(folder.resolve("picture.png")).hasContent("mine");
    }

    @Test
    void folderWithoutAModelIsOneLine() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Result result =
                run(folder, "generate", "--model", empty.toString(), "--prompt", "p", "--output", "picture.png");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err().lines()).hasSize(1).first().asString().startsWith("error: " + empty);
    }

    @Test
    void sizeThatDoesNotFitIsAUsageError() throws Exception {
        Result result = run(folder, generate("picture.png", "--height", "20"));
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("error: --height: must be a multiple of 8, was 20 (nearest: 16, 24)");
        assertThat(run(folder, generate("picture.png", "--hires", "96x4")).err())
                .contains("error: --hires: must be a multiple of 8, was 4 (nearest: 8)");
        assertThat(folder.resolve("picture.png")).doesNotExist();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a console event can't be sent to one process only")
    void interruptEndsTrainingAfterTheStepAndLeavesNothing() throws Exception {
        assumeFalse(interruptsAreIgnored(), "started in the background of a shell that ignores interrupts");
        Result training = interrupted("training step 1/", train("lora.safetensors", "--steps", "1000000"));
        assertThat(training.exitCode()).isEqualTo(130);
        assertThat(training.err()).containsPattern("cancelled after step \\d+ of 1000000, the output was not written");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("out", "err");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a console event can't be sent to one process only")
    void interruptEndsGenerationAfterTheStepAndLeavesNothing() throws Exception {
        assumeFalse(interruptsAreIgnored(), "started in the background of a shell that ignores interrupts");
        Result generation = interrupted(
                "denoising step 1/",
                "generate",
                "--model",
                model.toString(),
                "--prompt",
                "a blue star",
                "--steps",
                "900",
                "--count",
                "32",
                "--output",
                "picture.png");
        assertThat(generation.exitCode()).isEqualTo(130);
        // The model's own sampler evaluates the UNet once more than there are steps.
        assertThat(generation.err()).containsPattern("cancelled after step \\d+ of 901, the output was not written");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("out", "err");
    }

    /** @param line after whose beginning on standard error the interrupt is sent */
    private Result interrupted(String line, String... command) throws IOException, InterruptedException {
        Process process = start(folder, command);
        try {
            awaitLine(process, folder.resolve("err"), line);
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(TIMEOUT_SECONDS, SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return result(folder, process);
    }

    @Test
    void demoMakesEverythingItself() throws Exception {
        Result result = run(folder, "demo");
        assertThat(result.exitCode()).as(result.err()).isZero();
        Path demo = folder.resolve("demo");
        assertThat(demo.resolve("lora.safetensors")).exists();
        assertThat(Files.mismatch(demo.resolve("before.png"), demo.resolve("after.png")))
                .isNotNegative();
        assertThat(run(folder, "demo").err()).startsWith("error: demo: exists already and is not empty");
    }

    private static String[] train(String output, String... more) {
        return with(
                new String[] {
                    "train-lora", "--model", model.toString(), "--dataset", photos.toString(), "--output", output
                },
                more);
    }

    private static String[] generate(String output, String... more) {
        return with(
                new String[] {
                    "generate",
                    "--model",
                    model.toString(),
                    "--prompt",
                    "a blue star",
                    "--steps",
                    "3",
                    "--output",
                    output
                },
                more);
    }

    private static String[] with(String[] command, String... more) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static Result run(Path folder, String... arguments) throws IOException, InterruptedException {
        Process process = start(folder, arguments);
        try {
            assertThat(process.waitFor(TIMEOUT_SECONDS, SECONDS))
                    .as(String.join(" ", arguments))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return result(folder, process);
    }

    private static Result result(Path folder, Process ended) throws IOException {
        return new Result(
                ended.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }

    /** Starts the program in a folder, with its output in the files {@code out} and {@code err} there. */
    private static Process start(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                System.getProperty("sdfinetune.jar")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private static void awaitLine(Process process, Path file, String start) throws IOException, InterruptedException {
        long end = System.nanoTime() + SECONDS.toNanos(TIMEOUT_SECONDS);
        while (Files.readString(file).lines().noneMatch(line -> line.startsWith(start))) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as("%s: %s", start, Files.readString(file))
                    .isTrue();
            Thread.sleep(100);
        }
    }

    /** A shell that starts a job in the background may let it ignore interrupts, and children inherit that. */
    private static boolean interruptsAreIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
        }
    }
}
