package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What is decided before a model is loaded. */
class CommandLineTest {
    private static final String TRAIN = "train-lora --model m --dataset d --output out.safetensors ";
    private static final String GENERATE = "generate --model m --prompt p --output out.png ";
    private static final String CONVERT = "convert --model m --output o ";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "--help",
        "train-lora --help",
        "generate --help",
        "init-model --help",
        "demo --help",
        "convert --help",
        "inspect --help"
    })
    void helpNamesTheExitCodes(String arguments) {
        assertThat(run(arguments)).isZero();
        assertThat(out.toString())
                .contains("Usage: sdfinetune", "Exit codes:", "0     the work is done", "130   cancelled");
    }

    @Test
    void versionIsPrinted() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("sdfinetune ");
    }

    /** A command line that is refused, and what is said about it. */
    private static final List<String> REFUSED = List.of(
            TRAIN + "--rank -3             | --rank: rank must be at least 1, was -3",
            TRAIN + "--alpha 0             | --alpha: alpha must be a number above 0, was 0.0",
            TRAIN + "--dropout 1           | --dropout: dropout must be from 0 to less than 1, was 1.0",
            TRAIN + "--steps 0             | --steps: steps must be at least 1, was 0",
            TRAIN + "--learning-rate -1    | --learning-rate: learning rate must be a number above 0, was -1.0",
            TRAIN + "--batch-size 0        | --batch-size: batch size must be at least 1, was 0",
            TRAIN + "--resolution 4        | --resolution: resolution must be at least 8",
            TRAIN + "--threads 0           | --threads: threads must be at least 1, was 0",
            TRAIN + "--device gpu          | --device: device must be \"cpu\", \"cuda\" or \"cuda:N\", was \"gpu\"",
            TRAIN + "--variant ../fp16     | --variant: no name of a variant",
            TRAIN + "--precision int8      | '--precision': unknown precision \"int8\", expected one of float32",
            TRAIN
                    + "--format peft         | '--format': unknown adapter format \"peft\", expected one of diffusers, kohya",
            TRAIN + "--seed x              | '--seed': 'x' is not a long",
            TRAIN + "--stpes 4             | Unknown options: '--stpes', '4'; did you mean --steps?",
            TRAIN + "--prediction x0       | '--prediction': unknown prediction \"x0\", expected one of epsilon",
            CONVERT + "--prediction x0     | '--prediction': unknown prediction \"x0\", expected one of epsilon",
            CONVERT + "--prediction flow-prediction | --prediction: prediction must be EPSILON, V_PREDICTION or SAMPLE",
            GENERATE + "--prediction v2    | '--prediction': unknown prediction \"v2\", expected one of epsilon",
            GENERATE + "--threads 0        | --threads: threads must be at least 1, was 0",
            GENERATE + "--device gpu       | --device: device must be \"cpu\"",
            GENERATE + "--variant ../fp16  | --variant: no name of a variant",
            GENERATE + "--precision int8   | '--precision': unknown precision \"int8\", expected one of float32",
            GENERATE
                    + "--negative-prompt a --negative-prompt b | --negative-prompt: one negative prompt or one for each of",
            GENERATE
                    + "--second-prompt a --second-prompt b | --second-prompt: one second prompt or one for each of the 1",
            GENERATE
                    + "--second-negative-prompt a --second-negative-prompt b | --second-negative-prompt: one second neg",
            GENERATE + "--clip-skip -1     | --clip-skip: clip skip must be at least 0, was -1",
            GENERATE + "--clip-skip 1 --clip-skip 1 --clip-skip 1 --prompt b | --clip-skip: one clip skip or one for",
            GENERATE + "--prompt-syntax b2 | '--prompt-syntax': unknown prompt syntax \"b2\", expected one of",
            GENERATE + "--steps 1001       | --steps: steps must be from 1 to 1000, was 1001",
            GENERATE
                    + "--sampler heum     | unknown sampler \"heum\"; did you mean \"Heun\"? There are DDIM, PLMS, DDPM,",
            GENERATE + "--eta 2            | --eta: eta must be from 0 to 1, was 2.0",
            GENERATE + "--guidance -1      | --guidance: guidance scale must be a number of at least 0, was -1.0",
            GENERATE + "--guidance-rescale 2 | --guidance-rescale: guidance rescale must be from 0 to 1, was 2.0",
            GENERATE + "--guidance-interval 0.5 | --guidance-interval: expected two numbers FROM,TO such as 0.2,0.8",
            GENERATE + "--guidance-interval 0.5,2 | --guidance-interval: the guidance interval must lie within 0 to 1",
            GENERATE + "--count 0          | --count: count must be at least 1, was 0",
            GENERATE + "--seed x           | '--seed' (N): 'x' is not a long",
            GENERATE + "--seed 1 --seed 2 --count 3 | --seed: one or one for each of the 3 pictures is needed, not 2",
            GENERATE + "--batch-seed x     | '--batch-seed': 'x' is not a long",
            GENERATE + "--batch-seed 1 --seed 2 | --batch-seed: can't be used together with --seed",
            GENERATE + "--width 0          | --width: width must be at least 1, was 0",
            GENERATE + "--height -8        | --height: height must be at least 1, was -8",
            GENERATE
                    + "--adapter a:1e99   | '--adapter' (FILE[:SCALE]): the scale must be a finite number, was Infinity",
            GENERATE + "--mask m.png       | --mask: needs --image",
            GENERATE + "--outpaint 0,0,8,0 | --outpaint: needs --image",
            GENERATE + "--variation        | --variation: needs --image",
            GENERATE + "--strength 0.5     | --strength: needs --image",
            GENERATE + "--image i.png --mask-blur 4   | --mask-blur: needs --mask",
            GENERATE + "--image i.png --invert-mask   | --invert-mask: needs --mask",
            GENERATE + "--image i.png --only-masked 4 | --only-masked: needs --mask",
            GENERATE + "--image i.png --outpaint-overlap 4 | --outpaint-overlap: needs --outpaint",
            GENERATE + "--image i.png --outpaint 8    | --outpaint: expected four numbers L,T,R,B",
            GENERATE + "--image i.png --variation --outpaint 8,0,0,0 | --variation: can't be used together with",
            GENERATE + "--image 8x8.png --strength 2  | --strength: strength must be from 0 to 1, was 2.0",
            GENERATE
                    + "--image 8x8.png --mask 9x8.png | --mask: the mask has 9x8 pixels, the picture 8x8; they must be",
            GENERATE
                    + "--image 8x8.png --mask 8x8.png --mask-blur -1 | --mask-blur: the radius of a blur must be from 0",
            GENERATE + "--image 8x8.png --mask 8x8.png --only-masked -1 | --only-masked: padding must be at least 0",
            GENERATE + "--image 8x8.png --outpaint -8,0,0,0 | --outpaint: insets must be at least 0 and one of them",
            GENERATE + "--image 8x8.png --outpaint 8,0,0,0 --outpaint-overlap -1 | --outpaint-overlap: overlap must be",
            GENERATE + "--guess-mode       | Unknown option: '--guess-mode'",
            GENERATE + "--control net      | expected NET:IMAGE[:SCALE[:START[:END]]]",
            GENERATE + "--control net:i.png:1:0.8:0.2 | START and END must be numbers with 0 <= START <= END <= 1",
            GENERATE + "--hires 0.5        | '--hires': must be above 1 and at most 16, was 0.5",
            GENERATE + "--hires large      | expected a number such as 1.5, or WIDTHxHEIGHT such as 1024x768",
            GENERATE + "--hires 0x8        | WIDTH and HEIGHT must be at least 1, were 0 and 8",
            GENERATE + "--hires-steps 4    | --hires-steps: needs --hires",
            GENERATE + "--hires 2 --hires-steps 0 | --hires-steps: steps must be from 1 to 1000, was 0",
            GENERATE + "--hires 2 --hires-strength 2 | --hires-strength: strength must be from 0 to 1, was 2.0",
            GENERATE
                    + "--hires 2 --image 8x8.png | --hires: a second pass at high resolution follows a generation from",
            GENERATE + "--from a.png --image 8x8.png --variation | --variation: can't be used together with --from",
            GENERATE + "--hires-upscaler best | unknown upscaler \"best\", expected one of latent",
            GENERATE + "--original-size 8  | expected WIDTHxHEIGHT such as 1024x768, was \"8\"",
            GENERATE + "--crop 8           | --crop: expected two numbers LEFT,TOP such as 0,128, got 1",
            GENERATE + "--crop 0,-1        | --crop: crop top must be at least 0, was -1",
            GENERATE + "--target-size 0x8  | WIDTH and HEIGHT must be at least 1, were 0 and 8",
            GENERATE + "--negative-original-size 8 | expected WIDTHxHEIGHT such as 1024x768, was \"8\"",
            GENERATE + "--negative-crop -1,0 | --negative-crop: crop left must be at least 0, was -1",
            GENERATE + "--negative-target-size 8 | expected WIDTHxHEIGHT such as 1024x768, was \"8\"",
            GENERATE + "--aesthetic-score 0 | --aesthetic-score: aesthetic score must be from 1 to 10, was 0.0",
            GENERATE + "--negative-aesthetic-score 11 | --negative-aesthetic-score: negative aesthetic score must be",
            GENERATE + "--preview-every 2  | --preview-every: needs --previews",
            GENERATE + "--previews p --preview-every 0 | --preview-every: previews are shown every so many steps",
            GENERATE + "--grid g.jpg       | --grid: the name must end in .png, was g.jpg",
            GENERATE
                    + "--grid ./out.png   | --grid: is the file of a picture too, expected another name, was ./out.png",
            GENERATE + "--count 2 --grid out-2.png | --grid: is the file of a picture too",
            "init-model --output m --size huge | '--size': unknown model size \"huge\", expected one of tiny, sd15",
            "init-model --output m --size tiny --seed x | '--seed': 'x' is not a long",
            "init-model --output m --size sd15 | --tokenizer: a model of size sd15 needs the folder of a tokenizer",
            CONVERT + "--format onnx      | '--format': unknown model layout \"onnx\", expected one of diffusers",
            CONVERT + "--dtype int8       | '--dtype': unknown precision \"int8\", expected one of float32",
            "convert --model m --output ./m --overwrite | --output: is the model itself, expected another file or folder");

    private static List<String> refused() {
        return REFUSED;
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatCantBeIsRefusedWithTheNameOfTheOption(String row) throws IOException {
        drawPictures();
        String[] parts = row.split(" +[|] ", 2);
        String arguments = parts[0].replaceAll(" (\\dx\\d.png)", " " + folder.resolve("$1"));
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(onlyErrorLine())
                .startsWith("error: ")
                .contains(parts[1])
                .endsWith("; see 'sdfinetune " + arguments.substring(0, arguments.indexOf(' ')) + " --help'");
    }

    private void drawPictures() throws IOException {
        for (int width = 8; width <= 9; width++) {
            BufferedImage image = new BufferedImage(width, 8, BufferedImage.TYPE_INT_RGB);
            ImageIO.write(image, "png", folder.resolve(width + "x8.png").toFile());
        }
    }

    @Test
    void everyOptionWithARangeIsTried() {
        for (CommandLine command : Main.commandLine().getSubcommands().values()) {
            String start = command.getCommandName() + " ";
            String tried = REFUSED.stream()
                    .filter(row -> row.startsWith(start))
                    .map(row -> row.split(" +[|] ", 2)[0] + " ")
                    .collect(Collectors.joining());
            assertThat(command.getCommandSpec().options())
                    .filteredOn(CommandLineTest::hasARange)
                    .map(OptionSpec::longestName)
                    .allSatisfy(name -> assertThat(tried).contains(name + " "));
        }
    }

    /** Texts and paths may be anything. */
    private static boolean hasARange(OptionSpec option) {
        return option.arity().max() > 0
                && Arrays.stream(option.auxiliaryTypes())
                        .noneMatch(type -> type == String.class || type == Path.class || type == Boolean.class);
    }

    @Test
    void pictureMustBeNamedPng() {
        assertThat(run("generate --model m --prompt p --output a.jpg")).isEqualTo(2);
        assertThat(onlyErrorLine()).startsWith("error: --output: the name must end in .png, was a.jpg");
    }

    @Test
    void promptIsNeededUnlessSomethingStandsForIt() {
        assertThat(run("generate --model m --output out.png")).isEqualTo(2);
        assertThat(onlyErrorLine()).contains("'--prompt=TEXT', unless --from or --variation is given");
    }

    @Test
    void missingOptionsAreNamedTogether() {
        assertThat(run("train-lora --rank 4")).isEqualTo(2);
        assertThat(onlyErrorLine()).contains("'--model=PATH', '--dataset=DIR', '--output=FILE'");
    }

    @Test
    void existingOutputIsRefused() throws IOException {
        Path lora = Files.createFile(folder.resolve("mug.safetensors"));
        assertThat(run("train-lora --model m --dataset d --output " + lora)).isEqualTo(1);
        assertThat(onlyErrorLine()).isEqualTo("error: " + lora + ": exists already; --overwrite replaces it");
    }

    /** What is wrong then is that there is no model. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no file can be called so")
    void aLoraMayHaveTheNameOfAnyFile() {
        assertThat(run("train-lora --model m --dataset d --output " + folder + "/mug:v1?\\.safetensors"))
                .isEqualTo(1);
        assertThat(onlyErrorLine()).startsWith("error: m: ");
    }

    @Test
    void verboseErrorsSayWhere() throws IOException {
        Path lora = Files.createFile(folder.resolve("mug.safetensors"));
        assertThat(run("train-lora --verbose --model m --dataset d --output " + lora))
                .isEqualTo(1);
        assertThat(err.toString().lines())
                .startsWith("error: " + lora + ": exists already; --overwrite replaces it")
                .anyMatch(line -> line.startsWith("\tat " + TrainLora.class.getName() + ".run("));
    }

    @Test
    void eachOfSeveralPicturesIsChecked() throws IOException {
        Path second = Files.createFile(folder.resolve("mug-2.png"));
        assertThat(run("generate --model m --prompt p --count 2 --output " + folder.resolve("mug.png")))
                .isEqualTo(1);
        assertThat(onlyErrorLine()).isEqualTo("error: " + second + ": exists already; --overwrite replaces it");
    }

    @Test
    void foldersOfAdaptersMustBeFolders() throws IOException {
        Path absent = folder.resolve("loras");
        assertThat(run(GENERATE + "--lora-folder " + absent)).isEqualTo(1);
        assertThat(onlyErrorLine()).isEqualTo("error: " + absent + ": no such folder");
        err.getBuffer().setLength(0);

        Path file = Files.createFile(folder.resolve("words.txt"));
        assertThat(run(GENERATE + "--word-folder " + file)).isEqualTo(1);
        assertThat(onlyErrorLine()).isEqualTo("error: " + file + ": is a file, expected a folder of adapters");
    }

    @Test
    void missingFolderOfTheOutputIsReported() {
        Path picture = folder.resolve("none/mug.png");
        assertThat(run("generate --model m --prompt p --output " + picture)).isEqualTo(1);
        assertThat(onlyErrorLine()).isEqualTo("error: " + picture + ": its folder does not exist");
    }

    @Test
    void demoLeavesAFolderInUseAlone() throws IOException {
        Files.createFile(folder.resolve("thesis.tex"));
        assertThat(run("demo --output " + folder)).isEqualTo(1);
        assertThat(onlyErrorLine()).startsWith("error: " + folder + ": exists already and is not empty");
        assertThat(folder).isDirectoryNotContaining("glob:**/pictures");
    }

    @Test
    void everyOptionIsInTheReference() throws IOException {
        String reference = Files.readString(Path.of(System.getProperty("sdfinetune.root"), "docs/command-line.md"));
        for (CommandLine command : Main.commandLine().getSubcommands().values()) {
            assertThat(reference).contains("## " + command.getCommandName());
            String section = reference
                    .split("## " + command.getCommandName() + "\n", 2)[1]
                    .split("\n## ", 2)[0];
            assertThat(command.getCommandSpec().options())
                    .filteredOn(option -> !option.inherited() && !option.usageHelp() && !option.versionHelp())
                    .map(OptionSpec::longestName)
                    .allSatisfy(name -> assertThat(section).contains("`" + name));
        }
    }

    @Test
    void inspectingAModelThatIsNotSupportedFails() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"architectures\": [\"LlamaForCausalLM\"]}");
        Files.write(folder.resolve("model.safetensors"), new byte[] {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'});

        assertThat(run("inspect " + folder)).isEqualTo(1);
        assertThat(out.toString())
                .contains("not supported; supported are", "problem: can't be loaded: it belongs to a model of another");
    }

    private int run(String arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.trim().split(" +"));
    }

    private String onlyErrorLine() {
        assertThat(err.toString().lines()).hasSize(1);
        return err.toString().strip();
    }
}
