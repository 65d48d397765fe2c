package io.github.sdfinetune.core.scheduler;

/**
 * A step that goes further down than it should and comes back up by fresh noise (the ancestral sampling of k-diffusion).
 *
 * @param down the sigma that the step goes down to
 * @param up the deviation of the noise that is then added
 */
record AncestralStep(double down, double up) {
    static AncestralStep between(double from, double to) {
        double up = to / from * Math.sqrt(from * from - to * to);
        return new AncestralStep(Math.sqrt(to * to - up * up), up);
    }
}
