/**
 * Adapters. LoRA: {@code AdapterFile} reads any layout into a {@code LoraAdapter} in Java memory, {@code LayerIndex} matches it
 * with the layers of a model, {@code LoraPatch} is what it does to one of them, {@code TrainableLora} is one that is being
 * learned, {@code DiffusersLayout} and {@code KohyaLayout} write it. Words are in {@code concept}. The core finds {@code LoraAdapterProvider} with {@link
 * java.util.ServiceLoader}. Imports the API and {@code tensor}, {@code weights}, {@code layer}, {@code config}, {@code file} of
 * the core, never its networks, pipelines or training.
 */
@NullMarked
package io.github.sdfinetune.lora;

import org.jspecify.annotations.NullMarked;
