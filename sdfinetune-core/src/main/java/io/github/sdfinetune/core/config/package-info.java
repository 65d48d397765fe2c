/**
 * The configuration files of a model as records. {@link io.github.sdfinetune.core.config.JsonFile} reads JSON with typed getters
 * whose errors name file and key; each record has one method that reads it and refuses what is not supported. Imports the API
 * only.
 */
@NullMarked
package io.github.sdfinetune.core.config;

import org.jspecify.annotations.NullMarked;
