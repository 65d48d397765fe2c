package io.github.sdfinetune.examples;

import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.SdFineTuneException;
import io.github.sdfinetune.error.UnknownAdapterException;
import java.util.List;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Answers errors with one line on standard error and an exit code; with {@code --verbose} also with the stack trace. */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final BooleanSupplier verbose;

    Errors(BooleanSupplier verbose) {
        this.verbose = verbose;
    }

    @Override
    public int handleParseException(ParameterException exception, String[] args) {
        CommandLine command = exception.getCommandLine();
        return usage(command, exception, exception.getMessage() + suggestion(exception));
    }

    private int usage(CommandLine command, Exception exception, String message) {
        print(
                command,
                exception,
                "error: " + message + "; see '" + command.getCommandSpec().qualifiedName() + " --help'");
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult parsed) {
        if (exception instanceof CancelledException) {
            print(command, exception, exception.getMessage() + ", the output was not written");
            return Main.CANCELLED;
        }
        if (exception instanceof OptionException) {
            return usage(command, exception, String.valueOf(exception.getMessage()));
        }
        if (exception instanceof UnknownAdapterException) {
            String hint = " (prompts can name those of --lora NAME=FILE and --lora-folder DIR)";
            print(command, exception, "error: " + exception.getMessage() + hint);
            return ExitCode.USAGE;
        }
        if (exception instanceof IllegalArgumentException) {
            print(command, exception, "error: " + exception.getMessage());
            return ExitCode.USAGE;
        }
        if (exception instanceof SdFineTuneException) {
            print(command, exception, "error: " + exception.getMessage());
            return ExitCode.SOFTWARE;
        }
        print(command, exception, "error: unexpected " + lastLine(exception) + " (--verbose shows where)");
        return ExitCode.SOFTWARE;
    }

    private void print(CommandLine command, Exception exception, String line) {
        command.getErr().println(line);
        if (verbose.getAsBoolean()) {
            exception.printStackTrace(command.getErr());
        }
        command.getErr().flush();
    }

    /** The engine's errors begin with a trace of its own; what went wrong stands at the end. */
    private static String lastLine(Exception exception) {
        List<String> lines =
                exception.toString().lines().filter(line -> !line.isBlank()).toList();
        return lines.get(lines.size() - 1).strip();
    }

    private static String suggestion(ParameterException exception) {
        if (exception instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            return suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
        }
        return "";
    }
}
