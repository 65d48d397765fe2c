package io.github.sdfinetune.core.prompt;

import io.github.sdfinetune.core.prompt.ScheduleNode.Alternation;
import io.github.sdfinetune.core.prompt.ScheduleNode.Change;
import io.github.sdfinetune.core.prompt.ScheduleNode.Sequence;
import io.github.sdfinetune.core.prompt.ScheduleNode.Text;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** A prompt that changes with the steps: {@code [from:to:when]} and {@code [a|b]}, nested. Immutable. */
final class PromptSchedule {
    private final List<ScheduleNode> nodes;
    private final List<Integer> lastSteps;

    PromptSchedule(List<ScheduleNode> nodes, List<Integer> lastSteps) {
        this.nodes = nodes;
        this.lastSteps = lastSteps;
    }

    /** Reads a prompt; what is no schedule in it is text, with its brackets. */
    static PromptSchedule parse(String prompt, PromptSteps steps) {
        return ScheduleParser.parse(prompt, steps);
    }

    /** The steps, counted from 1, up to which the text does not change; rising, the last one is that of the pass. */
    List<Integer> lastSteps() {
        return lastSteps;
    }

    /** The text of a step, counted from 1. */
    String textAt(int step) {
        StringBuilder text = new StringBuilder();
        Deque<Iterator<ScheduleNode>> entered = new ArrayDeque<>();
        entered.push(nodes.iterator());
        // A loop over what was entered: nesting may be deeper than the thread's stack.
        while (!entered.isEmpty()) {
            if (!entered.peek().hasNext()) {
                entered.pop();
                continue;
            }
            ScheduleNode node = entered.peek().next();
            if (node instanceof Text piece) {
                text.append(piece.text());
            } else {
                entered.push(at(step, node).iterator());
            }
        }
        return text.toString();
    }

    private static List<ScheduleNode> at(int step, ScheduleNode node) {
        if (node instanceof Change change) {
            return step <= change.lastStep() ? change.before() : change.after();
        } else if (node instanceof Alternation alternation) {
            return alternation.options().get((step - 1) % alternation.options().size());
        } else if (node instanceof Sequence sequence) {
            return sequence.nodes();
        }
        return List.of(node);
    }
}
