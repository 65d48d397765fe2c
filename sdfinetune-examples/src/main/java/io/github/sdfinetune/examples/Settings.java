package io.github.sdfinetune.examples;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Puts options into a value of the API one by one; what the value refuses becomes a usage error that names the option. */
final class Settings<T> {
    private T value;

    Settings(T value) {
        this.value = value;
    }

    Settings<T> set(String option, UnaryOperator<T> change) {
        try {
            value = change.apply(value);
        } catch (OptionException e) {
            throw e; // names the one that is at fault already
        } catch (IllegalArgumentException e) {
            throw new OptionException(option, String.valueOf(e.getMessage()));
        }
        return this;
    }

    /** Changes the value if the option was given. */
    <V> Settings<T> set(String option, Optional<V> given, BiFunction<T, V, T> change) {
        return set(
                option, before -> given.map(each -> change.apply(before, each)).orElse(before));
    }

    T value() {
        return value;
    }
}
