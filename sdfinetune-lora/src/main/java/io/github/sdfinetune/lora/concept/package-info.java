/**
 * Textual inversion (arXiv:2208.01618): {@link io.github.sdfinetune.lora.concept.ConceptFile} reads the files of all programs into a
 * {@link io.github.sdfinetune.lora.concept.Concept} in Java memory, which gives the core its word. Imports the API and {@code
 * tensor}, {@code weights}, {@code layer} of the core.
 */
@NullMarked
package io.github.sdfinetune.lora.concept;

import org.jspecify.annotations.NullMarked;
