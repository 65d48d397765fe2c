package io.github.sdfinetune.core.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import io.github.sdfinetune.core.tensor.Natives;
import io.github.sdfinetune.error.EngineException;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * CLIP's tokenizer with the vocabulary of a model folder; its ids are those of the {@code CLIPTokenizer} of Python's transformers
 * (NFC, lower case, no HTML unescaping, special tokens recognised inside a prompt).
 *
 * <pre>{@code
 * try (ClipTokenizer tokenizer = ClipTokenizer.load(modelFolder.resolve("tokenizer"))) {
 *     long[] ids = tokenizer.encode("a photo of a red fox").ids();
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads at once. It holds native memory until it is closed; to close it while another thread encodes
 * is safe too.
 *
 * <p>Any text is accepted: surrogates without a partner become U+FFFD, control characters are characters like others. A prompt
 * may have up to {@value #LONGEST_PROMPT} characters.
 */
public final class ClipTokenizer implements AutoCloseable {
    /** Far beyond use, and still read in about a second: a bound on what one call can cost. */
    public static final int LONGEST_PROMPT = 100_000;

    private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

    private final HuggingFaceTokenizer tokenizer;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final long startToken;
    private final long endToken;
    private final long padToken;
    private final int maxLength;
    private final int vocabularySize;

    private ClipTokenizer(Vocabulary vocabulary, SpecialTokens special) {
        startToken = vocabulary.idOf(special.start().content(), "prompts start with it");
        endToken = vocabulary.idOf(special.end().content(), "prompts end with it");
        padToken = vocabulary.idOf(special.pad().content(), "prompts are padded with it");
        maxLength = special.maxLength();
        vocabularySize = vocabulary.ids().size();
        tokenizer = start(TokenizerJson.of(vocabulary, special));
    }

    /**
     * Reads {@code tokenizer.json} or, if there is none, {@code vocab.json}, {@code merges.txt} and, if present, {@code
     * added_tokens.json}. Start, end and pad token and the length come from {@code special_tokens_map.json} and {@code
     * tokenizer_config.json}; what these do not say is as in SD 1.x: padded with the end token to a length of 77.
     *
     * <p>Of {@code tokenizer.json} the vocabulary, merges and added tokens are read; how text is normalised and split is CLIP's own.
     *
     * @param folder of the tokenizer, such as {@code tokenizer} in a diffusers model folder
     * @throws ModelFormatException if a file is missing, damaged, or not in CLIP's form
     * @throws EngineException if the native tokenizers library can't be loaded
     */
    public static ClipTokenizer load(Path folder) {
        return new ClipTokenizer(Vocabulary.read(folder), SpecialTokens.read(folder));
    }

    private static HuggingFaceTokenizer start(byte[] json) {
        String remedy = "Add the dependency ai.djl.huggingface:tokenizers, which has them for linux-x86_64,"
                + " linux-aarch64, osx-aarch64 and win-x86_64";
        Natives.load("Hugging Face's tokenizers", remedy, () -> {
            LibUtils.checkStatus();
            return true;
        });
        try (InputStream stream = new ByteArrayInputStream(json)) {
            return HuggingFaceTokenizer.newInstance(stream, Map.of("truncation", "false", "padding", "false"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A prompt as ids, cut or padded to {@link #maxLength()}. What is cut is kept as text, which diffusers logs under "part of your
     * input was truncated".
     *
     * @throws IllegalArgumentException if the prompt has more than {@value #LONGEST_PROMPT} characters
     * @throws IllegalStateException if the tokenizer is closed
     */
    public TokenizedPrompt encode(String prompt) {
        long[] all = encodeUntruncated(prompt);
        long[] ids = Arrays.copyOf(all, maxLength);
        if (all.length <= maxLength) {
            Arrays.fill(ids, all.length, maxLength, padToken);
            return new TokenizedPrompt(ids, "");
        }
        ids[maxLength - 1] = endToken;
        return new TokenizedPrompt(ids, decode(Arrays.copyOfRange(all, maxLength - 1, all.length - 1)));
    }

    /**
     * A prompt as ids: start token, its tokens, end token, neither cut nor padded.
     *
     * @throws IllegalArgumentException if the prompt has more than {@value #LONGEST_PROMPT} characters
     * @throws IllegalStateException if the tokenizer is closed
     */
    public long[] encodeUntruncated(String prompt) {
        long[] tokens = tokens(prompt);
        long[] ids = new long[tokens.length + 2];
        ids[0] = startToken;
        System.arraycopy(tokens, 0, ids, 1, tokens.length);
        ids[ids.length - 1] = endToken;
        return ids;
    }

    /**
     * A text as ids, without start and end token.
     *
     * @throws IllegalArgumentException if the text has more than {@value #LONGEST_PROMPT} characters
     * @throws IllegalStateException if the tokenizer is closed
     */
    public long[] tokens(String prompt) {
        requireLength(prompt);
        String text = LONE_SURROGATE.matcher(prompt).replaceAll("\uFFFD");
        return whileOpen(() -> tokenizer.encode(text, false, false).getIds());
    }

    /**
     * Refuses a prompt that is too long.
     *
     * @throws IllegalArgumentException if it has more than {@value #LONGEST_PROMPT} characters
     */
    public static void requireLength(String prompt) {
        if (prompt.length() > LONGEST_PROMPT) {
            throw new IllegalArgumentException(
                    "the prompt has " + prompt.length() + " characters, expected at most " + LONGEST_PROMPT);
        }
    }

    /**
     * The text of ids, in lower case and with its spaces normalised.
     *
     * @throws IllegalStateException if the tokenizer is closed
     */
    public String decode(long[] ids) {
        String text = whileOpen(() -> tokenizer.decode(ids, false));
        return text.replace(ByteSymbols.END_OF_WORD, " ").strip();
    }

    private <T> T whileOpen(Supplier<T> work) {
        lock.readLock().lock();
        try {
            if (tokenizer.isReleased()) {
                throw new IllegalStateException("ClipTokenizer is closed");
            }
            return work.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The number of ids of an encoded prompt, start and end token included; 77 for every published model. */
    public int maxLength() {
        return maxLength;
    }

    /** The number of tokens there are; their ids are 0 to one less. */
    public int vocabularySize() {
        return vocabularySize;
    }

    /** The id that starts a prompt. */
    public long startToken() {
        return startToken;
    }

    /** The id that ends a prompt; the text encoder's pooled state is taken there. */
    public long endToken() {
        return endToken;
    }

    /** The id that fills an encoded prompt up: the end token in SD 1.x, {@code !} (0) in SD 2.x. */
    public long padToken() {
        return padToken;
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            tokenizer.close();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
