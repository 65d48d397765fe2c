package io.github.sdfinetune.examples;

/** An option that is out of range or means nothing beside the others: a usage error. */
@SuppressWarnings("serial") // never serialised
final class OptionException extends IllegalArgumentException {
    OptionException(String option, String problem) {
        super(option + ": " + problem);
    }
}
