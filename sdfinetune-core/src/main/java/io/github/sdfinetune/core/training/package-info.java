/**
 * Fine-tuning: {@link io.github.sdfinetune.core.training.LoraTraining} prepares a dataset and runs the loop; objective, learning
 * rate, optimizer and the draws of a run are separate values. What is trained is a list of parameters, whoever owns them. Imports
 * data, pipeline and what stands below them.
 */
@NullMarked
package io.github.sdfinetune.core.training;

import org.jspecify.annotations.NullMarked;
