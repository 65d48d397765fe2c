package io.github.sdfinetune.core.prompt;

import io.github.sdfinetune.core.prompt.ScheduleNode.Alternation;
import io.github.sdfinetune.core.prompt.ScheduleNode.Change;
import io.github.sdfinetune.core.prompt.ScheduleNode.Sequence;
import io.github.sdfinetune.core.prompt.ScheduleNode.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Reads the grammar of the web UI's schedules in one pass:
 *
 * <pre>
 * start:      (prompt | one of "[](): ")*
 * prompt:     (emphasized | change | alternation | plain)*
 * emphasized: "(" prompt ")" | "(" prompt ":" prompt ")" | "[" prompt "]"
 * change:     "[" (prompt ":")? prompt ":" number "]"
 * alternation: "[" prompt ("|" prompt)+ "]"
 * plain:      characters other than \ [ ] ( ) : |, or a backslash and any character
 * </pre>
 *
 * <p>So brackets that do not match, or whose content is none of this, are text, and so are all that enclose them. A bar may stand
 * nowhere but in an alternation, and a backslash not at the end of a line: a prompt with such a thing is text altogether.
 */
final class ScheduleParser {
    private final String prompt;
    private final PromptSteps steps;
    private final List<ScheduleNode> read = new ArrayList<>();
    private final Deque<Group> open = new ArrayDeque<>();
    private final TreeSet<Integer> lastSteps = new TreeSet<>();
    private boolean alternates;
    private boolean failed;

    private ScheduleParser(String prompt, PromptSteps steps) {
        this.prompt = prompt;
        this.steps = steps;
    }

    /** What stands between an opening bracket and its closing one: lists of nodes with separators between them. */
    private static final class Group {
        final char bracket;
        final List<List<ScheduleNode>> segments = new ArrayList<>(List.of(new ArrayList<>()));
        final StringBuilder separators = new StringBuilder();

        Group(char bracket) {
            this.bracket = bracket;
        }

        List<ScheduleNode> last() {
            return segments.get(segments.size() - 1);
        }

        void separate(char separator) {
            separators.append(separator);
            segments.add(new ArrayList<>());
        }

        boolean isSeparatedBy(char separator) {
            return separators.chars().allMatch(c -> c == separator);
        }
    }

    static PromptSchedule parse(String prompt, PromptSteps steps) {
        return new ScheduleParser(prompt, steps).schedule();
    }

    private PromptSchedule schedule() {
        for (int at = 0; at < prompt.length() && !failed; ) {
            if (isSyntax(prompt.charAt(at))) {
                syntax(prompt.charAt(at));
                at++;
            } else {
                int end = endOfPlain(at);
                nodes().add(new Text(prompt.substring(at, end)));
                at = end;
            }
        }
        openGroupsAreText();
        if (failed) {
            return new PromptSchedule(List.of(new Text(prompt)), List.of(steps.count()));
        }
        if (alternates) {
            for (int step = 1; step <= steps.count(); step++) {
                lastSteps.add(step);
            }
        }
        lastSteps.add(steps.count());
        return new PromptSchedule(read, List.copyOf(lastSteps));
    }

    private static boolean isSyntax(char c) {
        return "()[]:|".indexOf(c) >= 0;
    }

    private int endOfPlain(int start) {
        int at = start;
        while (at < prompt.length() && !isSyntax(prompt.charAt(at))) {
            if (prompt.charAt(at) == '\\') {
                at++;
                failed |= at == prompt.length() || prompt.charAt(at) == '\n';
            }
            at++;
        }
        return Math.min(at, prompt.length());
    }

    private List<ScheduleNode> nodes() {
        Group group = open.peek();
        return group == null ? read : group.last();
    }

    private void syntax(char c) {
        Group group = open.peek();
        if (c == '(' || c == '[') {
            open.push(new Group(c));
        } else if (group == null) {
            addText(c);
        } else if (c == ':' || c == '|') {
            group.separate(c);
        } else {
            close(group, c);
        }
    }

    private void close(Group group, char bracket) {
        boolean matches = bracket == (group.bracket == '(' ? ')' : ']');
        Optional<ScheduleNode> node = matches ? node(group, bracket) : Optional.empty();
        if (node.isPresent()) {
            open.pop();
            nodes().add(node.get());
        } else {
            openGroupsAreText();
            addText(bracket);
        }
    }

    private Optional<ScheduleNode> node(Group group, char bracket) {
        int separators = group.separators.length();
        boolean onlyColons = group.isSeparatedBy(':');
        if (onlyColons && separators <= (bracket == ')' ? 1 : 0)) {
            List<ScheduleNode> nodes = new ArrayList<>();
            addTo(nodes, group);
            nodes.add(new Text(String.valueOf(bracket)));
            return Optional.of(new Sequence(nodes));
        }
        if (bracket == ']' && group.isSeparatedBy('|')) {
            alternates = true;
            return Optional.of(new Alternation(group.segments));
        }
        return bracket == ']' && onlyColons && separators <= 2 ? change(group) : Optional.empty();
    }

    private Optional<ScheduleNode> change(Group group) {
        List<ScheduleNode> last = group.last();
        if (last.size() != 1 || !(last.get(0) instanceof Text text)) {
            return Optional.empty();
        }
        String when = Characters.strip(text.text());
        if (Characters.number(when).isEmpty()) {
            return Optional.empty();
        }
        int lastStep = steps.lastStep(when);
        if (lastStep >= 1) {
            lastSteps.add(lastStep);
        }
        List<ScheduleNode> before = group.segments.size() == 3 ? group.segments.get(0) : List.of();
        return Optional.of(new Change(before, group.segments.get(group.segments.size() - 2), lastStep));
    }

    private void openGroupsAreText() {
        for (Iterator<Group> outermostFirst = open.descendingIterator(); outermostFirst.hasNext(); ) {
            Group group = outermostFirst.next();
            failed |= group.separators.indexOf("|") >= 0;
            addTo(read, group);
        }
        open.clear();
    }

    private void addText(char c) {
        failed |= c == '|';
        read.add(new Text(String.valueOf(c)));
    }

    /** The opening bracket, the content and its separators. */
    private static void addTo(List<ScheduleNode> nodes, Group group) {
        nodes.add(new Text(String.valueOf(group.bracket)));
        for (int i = 0; i < group.segments.size(); i++) {
            if (i > 0) {
                nodes.add(new Text(group.separators.substring(i - 1, i)));
            }
            nodes.addAll(group.segments.get(i));
        }
    }
}
