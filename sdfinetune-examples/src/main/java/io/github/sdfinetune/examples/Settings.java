package io.github.sdfinetune.examples;

import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Puts options into a value of the API one by one; what the value refuses becomes a usage error that names the option. */
final class Settings<T> {
    private final CommandSpec command;
    private T value;

    Settings(CommandSpec command, T value) {
        this.command = command;
        this.value = value;
    }

    Settings<T> set(String option, UnaryOperator<T> change) {
        try {
            value = change.apply(value);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), option + ": " + e.getMessage(), e);
        }
        return this;
    }

    T value() {
        return value;
    }
}
