/** What the tests of several modules share: the reference data and its cases, and assertions on float arrays. */
@NullMarked
package io.github.sdfinetune.core.testing;

import org.jspecify.annotations.NullMarked;
