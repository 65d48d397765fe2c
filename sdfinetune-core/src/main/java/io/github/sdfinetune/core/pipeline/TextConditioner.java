package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.text.ClipTokenizer;
import io.github.sdfinetune.core.text.TokenizedPrompt;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.List;

/** Turns prompts into text states. */
public final class TextConditioner {
    private final ClipTokenizer tokenizer;
    private final ClipTextModel textEncoder;

    public TextConditioner(ClipTokenizer tokenizer, ClipTextModel textEncoder) {
        this.tokenizer = tokenizer;
        this.textEncoder = textEncoder;
    }

    /**
     * Encodes prompts; what is too long is cut as diffusers does, with a warning that names the words.
     *
     * @param clipSkip how many of the text encoder's last layers are left out
     * @return (prompts, textTokens, dim), float32
     */
    public Tensor encode(List<String> prompts, int clipSkip, Patches patches, ProgressListener listener) {
        int length = tokenizer.maxLength();
        long[] ids = new long[prompts.size() * length];
        for (int i = 0; i < prompts.size(); i++) {
            TokenizedPrompt tokens = tokenizer.encode(prompts.get(i));
            System.arraycopy(tokens.ids(), 0, ids, i * length, length);
            if (!tokens.cutText().isEmpty()) {
                listener.on(new ProgressEvent.Warning("the prompt is longer than " + length
                        + " tokens; this part of it was cut off: \"" + tokens.cutText() + "\""));
            }
        }
        return Scope.keeping(() -> textEncoder.encode(Tensor.of(ids, prompts.size(), length), clipSkip, patches));
    }
}
