package io.github.sdfinetune.examples;

import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.ModelLayout;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.Sampler;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The command line: {@code java -jar sdfinetune.jar COMMAND [OPTION...]}. */
@Command(
        name = "sdfinetune",
        description = "Fine-tunes Stable Diffusion models and generates pictures with them.",
        subcommands = {Demo.class, TrainLora.class, Generate.class, InitModel.class, Convert.class, Inspect.class},
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the work is done",
            "1:the work failed; standard error says why",
            "2:the command was not understood, or an option is out of range",
            "130:cancelled with Ctrl-C"
        })
public final class Main {
    static final int CANCELLED = 130;

    private static final String VERBOSE = "--verbose";

    @Option(
            names = VERBOSE,
            scope = ScopeType.INHERIT,
            description = "Print stack traces and what the engine logs. Otherwise an error is one line.")
    private boolean verbose;

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        // Both are read once, when the first logger or window class is loaded.
        setUnlessGiven(
                "org.slf4j.simpleLogger.defaultLogLevel", Arrays.asList(args).contains(VERBOSE) ? "info" : "off");
        setUnlessGiven("java.awt.headless", "true");
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        Main main = new Main();
        Errors errors = new Errors(() -> main.verbose);
        return new CommandLine(main)
                .setExpandAtFiles(false) // a prompt may begin with @
                .registerConverter(Precision.class, naming(Precision::of))
                .registerConverter(Prediction.class, naming(Prediction::of))
                .registerConverter(Sampler.class, naming(Sampler::of))
                .registerConverter(PromptSyntax.class, naming(PromptSyntax::of))
                .registerConverter(HighResolution.Upscaling.class, naming(HighResolution.Upscaling::of))
                .registerConverter(AdapterFormat.class, naming(AdapterFormat::of))
                .registerConverter(NewModel.Size.class, naming(NewModel.Size::of))
                .registerConverter(ModelLayout.class, naming(ModelLayout::of))
                .registerConverter(PixelSize.class, naming(PixelSize::parse))
                .registerConverter(SecondPassOptions.Enlargement.class, naming(SecondPassOptions.Enlargement::parse))
                .registerConverter(ControlArgument.class, naming(ControlArgument::parse))
                .registerConverter(AdapterArgument.class, naming(AdapterArgument::parse))
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors);
    }

    private static void setUnlessGiven(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Lets picocli put the option's name before the message of a refused value. */
    private static <T> ITypeConverter<T> naming(ITypeConverter<T> converter) {
        return text -> {
            try {
                return converter.convert(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"sdfinetune " + (version == null ? "(not packaged)" : version)};
        }
    }
}
