package io.github.sdfinetune.core.text;

import java.util.Arrays;

/** A prompt as a text encoder reads it. */
public final class TokenizedPrompt {
    private final long[] ids;
    private final String cutText;

    TokenizedPrompt(long[] ids, String cutText) {
        this.ids = ids;
        this.cutText = cutText;
    }

    /** The ids: start token, the tokens of the prompt, end token, and pad tokens up to {@link ClipTokenizer#maxLength()}. */
    public long[] ids() {
        return ids.clone();
    }

    /** What of the prompt did not fit, in lower case and with its spaces normalised; empty if all of it did. */
    public String cutText() {
        return cutText;
    }

    @Override
    public String toString() {
        return Arrays.toString(ids) + (cutText.isEmpty() ? "" : " without \"" + cutText + "\"");
    }
}
