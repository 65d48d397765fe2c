package io.github.sdfinetune.event;

import io.github.sdfinetune.Picture;

/**
 * What a long call reports while it runs. The set is closed, so that a {@code switch} over it tells what a new kind of event
 * would break.
 */
public sealed interface ProgressEvent {

    /**
     * Work beside the steps, such as checking, encoding or decoding pictures.
     *
     * @param activity what is being done, for people
     * @param done how many items are done
     * @param total how many there are
     */
    record Preparing(String activity, int done, int total) implements ProgressEvent {}

    /**
     * A training step was completed.
     *
     * @param step counted from 1
     * @param steps how many there will be
     * @param loss of this step
     * @param gradientNorm over all trained parameters, before clipping
     * @param learningRate that this step used
     */
    record TrainingStep(int step, int steps, double loss, double gradientNorm, double learningRate)
            implements ProgressEvent {}

    /**
     * A step of denoising was completed.
     *
     * @param step counted from 1
     * @param steps how many UNet evaluations there will be, those of a second pass included
     */
    record DenoisingStep(int step, int steps) implements ProgressEvent {}

    /**
     * What a picture is becoming, at the size of its latents and in roughly its colours.
     *
     * @param step after which this is, counted from 1
     * @param steps how many UNet evaluations there will be
     * @param picture its place among the pictures of the generation, from 0
     * @param image what the model takes the clean picture to be at this step
     */
    record Preview(int step, int steps, int picture, Picture image) implements ProgressEvent {}

    /**
     * Something was not as the caller may expect, and the work goes on.
     *
     * @param message what, where, and what it means
     */
    record Warning(String message) implements ProgressEvent {}
}
