package io.github.sdfinetune.core.prompt;

/**
 * The steps of a pass of denoising that a schedule is read for. The web UI counts a step twice with samplers that evaluate the UNet
 * twice, and counts all steps of a pass, though one that starts from a picture leaves some out.
 *
 * @param count of this pass, at least 1
 * @param before steps of the pass before; 0 in the first
 */
public record PromptSteps(int count, int before) {
    public PromptSteps {
        if (count < 1 || before < 0) {
            throw new IllegalArgumentException(
                    "expected at least 1 step, after at least 0 others, was " + count + " after " + before);
        }
    }

    /** The steps of the only or first pass. */
    public static PromptSteps of(int count) {
        return new PromptSteps(count, 0);
    }

    /**
     * The last step of this pass at which the old text of a schedule holds: a number with a point is a fraction of the pass, counted
     * from 1 in a second pass; a whole number is a step, those of the pass before counted too.
     */
    int lastStep(String when) {
        double number = Double.parseDouble(when);
        int passesBefore = before > 0 ? 1 : 0;
        double last = when.indexOf('.') >= 0 ? (number - passesBefore) * count : number - before;
        return (int) Math.min(count, last);
    }
}
