package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.unet.Conditioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The texts that a batch of pictures is made from.
 *
 * @param prompts one for each picture
 * @param negativePrompts one for each picture; none without guidance
 * @param size what SDXL is told about the size of the pictures; absent for SD 1.x and 2.x
 */
record PromptBatch(List<PromptStates> prompts, List<PromptStates> negativePrompts, Optional<SizeNumbers> size) {

    /**
     * The numbers by which SDXL is told about sizes and crops (section 2.2 of arXiv:2307.01952).
     *
     * @param prompt for the prompts
     * @param negativePrompt for the negative prompts
     */
    record SizeNumbers(float[] prompt, float[] negativePrompt) {}

    /**
     * One of the texts that the UNet is evaluated with.
     *
     * @param picture in the batch
     * @param negative whether it is a negative prompt
     * @param weight how much it counts among the prompts of its picture
     * @param conditioning of batch 1
     */
    record Row(int picture, boolean negative, double weight, Conditioning conditioning) {}

    /** All texts of an evaluation of the UNet (counted from 0), negative prompts first. */
    List<Row> at(int evaluation, boolean guided) {
        List<Row> rows = new ArrayList<>();
        if (guided) {
            add(rows, negativePrompts, true, evaluation);
        }
        add(rows, prompts, false, evaluation);
        return rows;
    }

    private void add(List<Row> rows, List<PromptStates> all, boolean negative, int evaluation) {
        for (int picture = 0; picture < all.size(); picture++) {
            for (PromptStates.Weighted part : all.get(picture).at(evaluation)) {
                rows.add(new Row(picture, negative, part.weight(), conditioning(part, negative)));
            }
        }
    }

    private Conditioning conditioning(PromptStates.Weighted part, boolean negative) {
        return new Conditioning(part.states(), size.map(numbers -> {
            float[] ids = negative ? numbers.negativePrompt() : numbers.prompt();
            return new Conditioning.TextTime(part.pooled().orElseThrow(), Tensor.of(ids, 1, ids.length));
        }));
    }
}
