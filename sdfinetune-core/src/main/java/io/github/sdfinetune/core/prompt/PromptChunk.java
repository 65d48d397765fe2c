package io.github.sdfinetune.core.prompt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a text encoder reads at once: start token, up to 75 tokens of a prompt, end token, pad tokens. Immutable. */
public final class PromptChunk {
    private final ChunkForm form;
    private final List<Slot> slots;

    /** One position: a token, or one vector of a concept. */
    record Slot(long token, float multiplier, @Nullable TextConcept concept, int vector) {}

    /**
     * A vector that takes the place of a token's.
     *
     * @param position in {@link #ids}
     * @param vector which of the concept's vectors
     */
    public record Placement(int position, TextConcept concept, int vector) {}

    PromptChunk(ChunkForm form, List<Slot> slots) {
        this.form = form;
        this.slots = List.copyOf(slots);
    }

    /** The ids, 77 for every published model; where a vector is {@linkplain #placements placed} the id means nothing. */
    public long[] ids() {
        long[] ids = new long[form.length() + 2];
        Arrays.fill(ids, form.pad());
        ids[0] = form.start();
        for (int i = 0; i < slots.size(); i++) {
            ids[i + 1] = slots.get(i).token();
        }
        ids[slots.size() + 1] = form.end();
        return ids;
    }

    /** How much each token counts: 1 for start, end and pad tokens. */
    public float[] multipliers() {
        float[] multipliers = new float[form.length() + 2];
        Arrays.fill(multipliers, 1);
        for (int i = 0; i < slots.size(); i++) {
            multipliers[i + 1] = slots.get(i).multiplier();
        }
        return multipliers;
    }

    /** The vectors to be put in place of the tokens' own, in order. */
    public List<Placement> placements() {
        List<Placement> placements = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            TextConcept concept = slots.get(i).concept();
            if (concept != null) {
                placements.add(new Placement(i + 1, concept, slots.get(i).vector()));
            }
        }
        return placements;
    }
}
