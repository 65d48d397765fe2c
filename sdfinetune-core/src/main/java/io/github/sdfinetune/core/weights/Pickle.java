package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.weights.TorchValue.Bytes;
import io.github.sdfinetune.core.weights.TorchValue.Dictionary;
import io.github.sdfinetune.core.weights.TorchValue.Name;
import io.github.sdfinetune.core.weights.TorchValue.None;
import io.github.sdfinetune.core.weights.TorchValue.Real;
import io.github.sdfinetune.core.weights.TorchValue.Sequence;
import io.github.sdfinetune.core.weights.TorchValue.Text;
import io.github.sdfinetune.core.weights.TorchValue.Truth;
import io.github.sdfinetune.core.weights.TorchValue.Whole;
import io.github.sdfinetune.error.ModelFormatException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads one pickle of protocol 2 to 5: a program for a stack machine that builds values. It runs here without Python's power to
 * call whatever it names: {@link TorchObjects} knows the few names that tensors need and refuses all others. A length is checked
 * against the bytes that are left before anything is allocated for it, and every step counts.
 *
 * <p>The opcodes are described in {@code pickletools} of Python's library; those of protocols 0 and 1, the extension registry and
 * out-of-band buffers do not occur in torch files.
 */
final class Pickle {
    private static final int NEWEST_PROTOCOL = 5;

    private final Path path;
    private final ByteBuffer bytes;
    private final TorchObjects objects;
    private final Budget budget;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private final CharsetDecoder latin1 = StandardCharsets.ISO_8859_1.newDecoder();
    private final List<TorchValue> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, TorchValue> memo = new HashMap<>();

    private Pickle(Path path, ByteBuffer bytes, TorchObjects objects, Budget budget) {
        this.path = path;
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        this.objects = objects;
        this.budget = budget;
    }

    /**
     * Reads a pickle from the position of a buffer, which is then behind it.
     *
     * @param path for error messages
     * @throws ModelFormatException if it is damaged, asks for too much, or names something that tensors don't need
     */
    static TorchValue read(Path path, ByteBuffer bytes, TorchObjects objects, Budget budget) {
        return new Pickle(path, bytes, objects, budget).run();
    }

    private TorchValue run() {
        int opcode = unsigned8();
        if (opcode != 0x80) {
            throw fault("its pickle begins with opcode " + shown(opcode) + ", expected protocol 2 to 5");
        }
        for (; opcode != '.'; opcode = unsigned8()) {
            budget.spend(1);
            execute(opcode);
        }
        if (stack.size() != 1 || !marks.isEmpty()) {
            throw fault("its pickle ends with " + stack.size() + " values, expected one");
        }
        return stack.get(0);
    }

    private void execute(int opcode) {
        switch (opcode) {
            case 0x80 -> checkProtocol(unsigned8());
            case 0x95 -> checkLeft(int64()); // a frame: how many bytes to read at once
            case '(' -> marks.add(stack.size());
            case '0' -> drop();
            case '1' -> popToMark();
            case 'q' -> memo.put(unsigned8(), top());
            case 'r' -> memo.put(int32(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> push(remembered(unsigned8()));
            case 'j' -> push(remembered(int32()));
            case 'c' -> push(objects.named(line() + "." + line()));
            case 0x93 -> push(named());
            case 'R', 0x81 -> call();
            case 'b' -> build();
            case 'Q' -> push(objects.persistent(pop()));
            default -> {
                if (!scalar(opcode) && !collection(opcode)) {
                    throw fault("its pickle has opcode " + shown(opcode) + ", which no torch file needs");
                }
            }
        }
    }

    private boolean scalar(int opcode) {
        switch (opcode) {
            case 'N' -> push(None.NONE);
            case 0x88 -> push(new Truth(true));
            case 0x89 -> push(new Truth(false));
            case 'K' -> push(whole(unsigned8()));
            case 'M' -> push(whole(unsigned16()));
            case 'J' -> push(whole(int32()));
            case 0x8a -> push(whole(bytes(unsigned8())));
            case 0x8b -> push(whole(bytes(int32())));
            case 'G' -> push(new Real(Double.longBitsToDouble(Long.reverseBytes(int64()))));
            case 0x8c -> push(text(unsigned8(), utf8));
            case 'X' -> push(text(unsigned32(), utf8));
            case 0x8d -> push(text(int64(), utf8));
            case 'U' -> push(text(unsigned8(), latin1)); // what Python 2 called a string
            case 'T' -> push(text(unsigned32(), latin1));
            case 'C' -> push(new Bytes(bytes(unsigned8())));
            case 'B' -> push(new Bytes(bytes(unsigned32())));
            case 0x8e, 0x96 -> push(new Bytes(bytes(int64())));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean collection(int opcode) {
        switch (opcode) {
            case ']', ')', 0x8f -> push(new Sequence());
            case 't', 0x91 -> push(new Sequence(popToMark()));
            case 0x85 -> push(new Sequence(pop(1)));
            case 0x86 -> push(new Sequence(pop(2)));
            case 0x87 -> push(new Sequence(pop(3)));
            case 'a' -> append(pop(1));
            case 'e', 0x90 -> append(popToMark());
            case '}' -> push(new Dictionary());
            case 's' -> putAll(pop(2));
            case 'u' -> putAll(popToMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void checkProtocol(int protocol) {
        if (protocol < 2 || protocol > NEWEST_PROTOCOL) {
            throw fault("its pickle has protocol " + protocol + ", expected 2 to " + NEWEST_PROTOCOL);
        }
    }

    private TorchValue remembered(int place) {
        TorchValue value = memo.get(place);
        if (value == null) {
            throw fault("its pickle remembers nothing in place " + Integer.toUnsignedString(place));
        }
        return value;
    }

    private TorchValue named() {
        List<TorchValue> names = pop(2);
        if (names.get(0) instanceof Text module && names.get(1) instanceof Text name) {
            return objects.named(module.value() + "." + name.value());
        }
        throw fault("its pickle names something by no text");
    }

    private void call() {
        List<TorchValue> operands = pop(2);
        if (operands.get(0) instanceof Name function && operands.get(1) instanceof Sequence arguments) {
            push(objects.call(function, arguments.items()));
        } else {
            throw fault("its pickle calls something that has no name");
        }
    }

    private void build() {
        TorchValue state = pop();
        objects.setState(top(), state);
    }

    private void append(List<TorchValue> items) {
        if (!(top() instanceof Sequence sequence)) {
            throw fault("its pickle appends to something that is no list");
        }
        items.forEach(sequence::add);
    }

    private void putAll(List<TorchValue> items) {
        if (!(top() instanceof Dictionary dictionary) || items.size() % 2 != 0) {
            throw fault("its pickle sets items of something that is no dictionary, or a key without value");
        }
        for (int i = 0; i < items.size(); i += 2) {
            objects.put(dictionary, items.get(i), items.get(i + 1));
        }
    }

    private void push(TorchValue value) {
        stack.add(value);
    }

    private TorchValue top() {
        checkStack(1);
        return stack.get(stack.size() - 1);
    }

    private TorchValue pop() {
        checkStack(1);
        return stack.remove(stack.size() - 1);
    }

    private List<TorchValue> pop(int count) {
        checkStack(count);
        return popFrom(stack.size() - count);
    }

    private List<TorchValue> popToMark() {
        if (marks.isEmpty()) {
            throw fault("its pickle takes more from the stack than it put there");
        }
        return popFrom(marks.remove(marks.size() - 1));
    }

    private List<TorchValue> popFrom(int place) {
        List<TorchValue> popped = stack.subList(place, stack.size());
        List<TorchValue> values = new ArrayList<>(popped);
        popped.clear();
        return values;
    }

    private void drop() {
        if (!marks.isEmpty() && marks.get(marks.size() - 1) == stack.size()) {
            marks.remove(marks.size() - 1);
        } else {
            pop();
        }
    }

    private void checkStack(int count) {
        int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
        if (stack.size() - floor < count) {
            throw fault("its pickle takes more from the stack than it put there");
        }
    }

    private static Whole whole(long value) {
        return new Whole(BigInteger.valueOf(value));
    }

    /** Little-endian two's complement, of any length. */
    private static Whole whole(ByteBuffer digits) {
        byte[] reversed = new byte[digits.remaining()];
        for (int i = reversed.length - 1; i >= 0; i--) {
            reversed[i] = digits.get();
        }
        return new Whole(reversed.length == 0 ? BigInteger.ZERO : new BigInteger(reversed));
    }

    private Text text(long length, CharsetDecoder encoding) {
        try {
            return new Text(encoding.decode(bytes(length)).toString());
        } catch (CharacterCodingException e) {
            String problem = "its pickle has a text that is not encoded in " + encoding.charset();
            throw new ModelFormatException(path, null, problem, e);
        }
    }

    private String line() {
        int start = bytes.position();
        int length = 0;
        while (unsigned8() != '\n') {
            length++;
        }
        return StandardCharsets.UTF_8.decode(bytes.slice(start, length)).toString();
    }

    private int unsigned8() {
        checkLeft(1);
        return Byte.toUnsignedInt(bytes.get());
    }

    private int unsigned16() {
        checkLeft(2);
        return Short.toUnsignedInt(bytes.getShort());
    }

    private int int32() {
        checkLeft(4);
        return bytes.getInt();
    }

    private long unsigned32() {
        return Integer.toUnsignedLong(int32());
    }

    private long int64() {
        checkLeft(8);
        return bytes.getLong();
    }

    private ByteBuffer bytes(long length) {
        checkLeft(length);
        ByteBuffer slice = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) length);
        return slice;
    }

    private void checkLeft(long length) {
        if (length < 0 || length > bytes.remaining()) {
            throw fault("its pickle is cut off: " + Long.toUnsignedString(length) + " bytes announced, "
                    + bytes.remaining() + " are left");
        }
    }

    private static String shown(int opcode) {
        return String.format(Locale.ROOT, "0x%02x", opcode);
    }

    private ModelFormatException fault(String problem) {
        return new ModelFormatException(path, problem);
    }
}
