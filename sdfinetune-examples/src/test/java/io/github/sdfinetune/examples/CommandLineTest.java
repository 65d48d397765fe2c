package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What is decided before a model is loaded. */
class CommandLineTest {
    private static final String TRAIN = "train-lora --model m --dataset d --output out.safetensors ";
    private static final String GENERATE = "generate --model m --prompt p --output out.png ";

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rank -3             | --rank: rank must be at least 1, was -3",
                "--alpha 0             | --alpha: alpha must be a number above 0, was 0.0",
                "--dropout 1           | --dropout: dropout must be from 0 to less than 1, was 1.0",
                "--steps 0             | --steps: steps must be at least 1, was 0",
                "--learning-rate -1    | --learning-rate: learning rate must be a number above 0, was -1.0",
                "--batch-size 0        | --batch-size: batch size must be at least 1, was 0",
                "--resolution 4        | --resolution: resolution must be at least 8",
                "--threads 0           | --threads: threads must be at least 1",
                "--device gpu          | --device: device must be \"cpu\", \"cuda\" or \"cuda:N\", was \"gpu\"",
                "--variant ../fp16     | --variant: no name of a variant",
                "--precision int8      | '--precision': unknown precision \"int8\", expected one of float32",
                "--format peft         | '--format': unknown adapter format \"peft\", expected diffusers or kohya",
                "--seed x              | '--seed': 'x' is not a long",
                "--stpes 4             | Unknown options: '--stpes', '4'; did you mean --steps?",
            })
    void trainingRefusesWithTheNameOfTheOption(String arguments, String message) {
        assertThat(run(TRAIN + arguments)).isEqualTo(2);
        assertThat(onlyErrorLine()).contains(message).endsWith("; see 'sdfinetune train-lora --help'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--steps 1001          | --steps: steps must be from 1 to 1000, was 1001",
                "--guidance -1         | --guidance: guidance scale must be a number of at least 0, was -1.0",
                "--sampler heum        | '--sampler': unknown sampler \"heum\"; did you mean \"Heun\"? There are DDIM, PLMS, DDPM,",
                "--eta 2               | --eta: eta must be from 0 to 1, was 2.0",
                "--clip-skip -1        | --clip-skip: clip skip must be at least 0, was -1",
                "--count 0             | --count: count must be at least 1, was 0",
                "--width 0             | --width: width must be at least 1, was 0",
                "--height -8           | --height: height must be at least 1, was -8",
                "--adapter a:1e99      | the scale must be a finite number, was Infinity",
            })
    void picturesAndTheLikeAreRefusedWithTheNameOfTheOption(String arguments, String message) {
        assertThat(run(GENERATE + arguments)).isEqualTo(2);
        assertThat(onlyErrorLine()).contains(message).endsWith("; see 'sdfinetune generate --help'");
    }

    @Test
    void pictureMustBeNamedPng() {
        assertThat(run("generate --model m --prompt p --output a.jpg")).isEqualTo(2);
        assertThat(onlyErrorLine()).startsWith("error: --output: the name must end in .png, was a.jpg");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "--mask m.png                      | --mask: needs --image",
                "--outpaint 0,0,8,0                | --outpaint: needs --image",
                "--variation                       | --variation: needs --image",
                "--strength 0.5                    | --strength: needs --image",
                "--image i.png --mask-blur 4       | --mask-blur: needs --mask",
                "--image i.png --only-masked 4     | --only-masked: needs --mask",
                "--image i.png --outpaint 8        | --outpaint: expected four numbers L,T,R,B",
                "--image i.png --variation --outpaint 8,0,0,0 | --variation: can't be used together with",
                "--guess-mode                      | --guess-mode: needs --control",
                "--control net                     | expected NET:IMAGE[:SCALE[:START[:END]]]",
                "--control net:i.png:1:0.8:0.2     | START and END must be numbers with",
                "--hires 0.5                       | --hires: must be above 1 and at most 16, was 0.5",
                "--hires-steps 4                   | need --hires SCALE",
                "--hires-upscaler best             | unknown upscaler \"best\", expected one of latent",
                "--guidance-interval 0.5           | --guidance-interval: expected two numbers FROM,TO",
                "--guidance-rescale 2              | --guidance-rescale: guidance rescale must be from 0 to 1",
                "--prompt-syntax b2222             | unknown prompt syntax \"b2222\", expected one of",
                "--grid g.jpg                      | --grid: the name must end in .png, was g.jpg",
            })
    void picturesToStartFromAreRefusedWithTheNameOfTheOption(String arguments, String message) {
        assertThat(run(GENERATE + arguments)).isEqualTo(2);
        assertThat(onlyErrorLine()).contains(message);
    }

    @Test
    void promptIsNeededUnlessSomethingStandsForIt() {
        assertThat(run("generate --model m --output out.png")).isEqualTo(2);
        assertThat(onlyErrorLine()).contains("'--prompt=TEXT', unless --from or --variation is given");
    }

    @Test
    void largeModelNeedsATokenizer() {
        assertThat(run("init-model --size sd15 --output " + folder.resolve("m")))
                .isEqualTo(2);
        assertThat(onlyErrorLine())
                .startsWith("error: --tokenizer: a model of size sd15 needs the folder of a tokenizer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--format onnx         | '--format': unknown model layout \"onnx\", expected diffusers or single-file",
                "--dtype int8          | '--dtype': unknown precision \"int8\", expected one of float32",
            })
    void convertingRefusesWithTheNameOfTheOption(String arguments, String message) {
        assertThat(run("convert --model m --output o " + arguments)).isEqualTo(2);
        assertThat(onlyErrorLine()).contains(message).endsWith("; see 'sdfinetune convert --help'");
    }

    @Test
    void aModelIsNotConvertedOntoItself() {
        assertThat(run("convert --model m --output ./m --overwrite")).isEqualTo(2);
        assertThat(onlyErrorLine()).startsWith("error: --output: is the model itself");
    }

    @Test
    void missingOptionsAreNamedTogether() {
        assertThat(run("train-lora --rank 4")).isEqualTo(2);
        assertThat(onlyErrorLine()).contains("'--model=DIR', '--dataset=DIR', '--output=FILE'");
    }

    @Test
    void existingOutputIsRefused() throws IOException {
        Path lora = Files.createFile(folder.resolve("mug.safetensors"));
        assertThat(run("train-lora --model m --dataset d --output " + lora)).isEqualTo(1);
        assertThat(onlyErrorLine()).isEqualTo("error: " + lora + ": exists already; --overwrite replaces it");
    }

    @Test
    void eachOfSeveralPicturesIsChecked() throws IOException {
        Path second = Files.createFile(folder.resolve("mug-2.png"));
        assertThat(run("generate --model m --prompt p --count 2 --output " + folder.resolve("mug.png")))
                .isEqualTo(1);
        assertThat(onlyErrorLine()).isEqualTo("error: " + second + ": exists already; --overwrite replaces it");
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
