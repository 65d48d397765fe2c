package io.github.sdfinetune.core.prompt;

import java.util.List;

/** A piece of a prompt whose text depends on the step. */
sealed interface ScheduleNode {

    record Text(String text) implements ScheduleNode {}

    record Sequence(List<ScheduleNode> nodes) implements ScheduleNode {}

    /** @param lastStep for which {@code before} holds, counted from 1 */
    record Change(List<ScheduleNode> before, List<ScheduleNode> after, int lastStep) implements ScheduleNode {}

    record Alternation(List<List<ScheduleNode>> options) implements ScheduleNode {}
}
