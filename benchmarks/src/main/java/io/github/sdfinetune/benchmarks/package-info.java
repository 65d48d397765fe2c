/**
 * JMH benchmarks, one class for each question; the Javadoc of each has the command that runs it. Networks have random weights made
 * in memory, so nothing is read and nothing is downloaded. Imports whatever it measures.
 */
@NullMarked
package io.github.sdfinetune.benchmarks;

import org.jspecify.annotations.NullMarked;
