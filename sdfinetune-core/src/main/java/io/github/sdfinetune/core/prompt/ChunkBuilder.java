package io.github.sdfinetune.core.prompt;

import io.github.sdfinetune.core.prompt.PromptChunk.Slot;
import java.util.ArrayList;
import java.util.List;

/**
 * Fills chunks one after another. Where a chunk is full and its last comma is near, what follows the comma moves to the next one;
 * a concept moves as a whole unless it has more vectors than a chunk has places.
 */
final class ChunkBuilder {
    private final ChunkForm form;
    private final int commaBacktrack;
    private final List<PromptChunk> chunks = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();
    private int lastComma = -1;

    /** @param commaBacktrack how many tokens may move; the web UI's default is 20 */
    ChunkBuilder(ChunkForm form, int commaBacktrack) {
        this.form = form;
        this.commaBacktrack = commaBacktrack;
    }

    void add(PromptWord word, float multiplier) {
        if (word.token() == form.comma()) {
            lastComma = slots.size();
        } else if (isFull() && lastComma >= 0 && slots.size() - lastComma <= commaBacktrack) {
            moveWhatFollowsTheComma();
        }
        if (slots.size() + word.slots() > form.length() && word.slots() <= form.length()) {
            endChunk();
        }
        for (int vector = 0; vector < word.slots(); vector++) {
            if (isFull()) {
                endChunk();
            }
            slots.add(new Slot(word.token(), multiplier, word.concept(), vector));
        }
    }

    private boolean isFull() {
        return slots.size() == form.length();
    }

    private void moveWhatFollowsTheComma() {
        List<Slot> following = slots.subList(lastComma + 1, slots.size());
        List<Slot> moved = List.copyOf(following);
        following.clear();
        endChunk();
        slots.addAll(moved);
    }

    /** Ends the chunk, even an empty one. */
    void endChunk() {
        chunks.add(new PromptChunk(form, slots));
        slots.clear();
        lastComma = -1;
    }

    /** The chunks; at least one. */
    List<PromptChunk> build() {
        if (!slots.isEmpty() || chunks.isEmpty()) {
            endChunk();
        }
        return List.copyOf(chunks);
    }
}
