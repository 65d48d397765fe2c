package io.github.sdfinetune.core.config;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a file. Getters convert and check; their errors name the file, the key, the value and what would be right. A
 * key whose value is {@code null} counts as absent, as in the files that diffusers writes.
 */
public final class JsonFile {
    private static final long LARGEST_FILE = 64L << 20;
    private static final TypeAdapter<JsonElement> PARSER = new Gson().getAdapter(JsonElement.class);

    /** Texts, so that what stands in them is passed over, and bare words. */
    private static final Pattern PYTHON_NUMBER = Pattern.compile("\"(?:[^\"\\\\]++|\\\\.)*+\"|(-?Infinity|NaN)");

    private static final Pattern QUOTED_NUMBER = Pattern.compile("\"(-?Infinity|NaN)\"");

    private static final Gson PRINTER = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    private static final Set<String> PYTHON_NUMBERS = Set.of("Infinity", "-Infinity", "NaN");

    private final Path path;
    private final String prefix;
    private final JsonObject object;

    private JsonFile(Path path, String prefix, JsonObject object) {
        this.path = path;
        this.prefix = prefix;
        this.object = object;
    }

    /**
     * Reads a file.
     *
     * @throws ModelFormatException if it is missing, too large, or holds no JSON object
     */
    public static JsonFile read(Path path) {
        try {
            if (Files.size(path) > LARGEST_FILE) {
                throw new ModelFormatException(path, "larger than 64 MiB, no configuration file is");
            }
            return parse(path, Files.readString(path));
        } catch (NoSuchFileException e) {
            throw new ModelFormatException(path, null, "no such file", e);
        } catch (MalformedInputException e) {
            throw new ModelFormatException(path, null, "not encoded in UTF-8", e);
        } catch (IOException e) {
            throw new ModelFormatException(path, null, "can't be read: " + e, e);
        }
    }

    /**
     * Parses a text that stands in the given file. The words {@code Infinity}, {@code -Infinity} and {@code NaN}, which are no
     * JSON but which Python writes, are read as numbers.
     */
    public static JsonFile parse(Path path, String text) {
        String json = PYTHON_NUMBER
                .matcher(text)
                .replaceAll(match ->
                        Matcher.quoteReplacement(match.group(1) == null ? match.group() : '"' + match.group() + '"'));
        try (JsonReader reader = new JsonReader(new StringReader(json))) {
            reader.setStrictness(Strictness.STRICT);
            JsonElement root = PARSER.read(reader);
            if (root == null || !root.isJsonObject() || reader.peek() != JsonToken.END_DOCUMENT) {
                throw new ModelFormatException(path, "expected one JSON object");
            }
            return new JsonFile(path, "", root.getAsJsonObject());
        } catch (IOException | JsonParseException | StackOverflowError e) {
            throw new ModelFormatException(path, null, "no valid JSON: " + e.getMessage(), e);
        }
    }

    /**
     * A copy in which some keys have other values.
     *
     * @param values texts, numbers and booleans
     */
    public JsonFile with(Map<String, ?> values) {
        JsonObject changed = object.deepCopy();
        values.forEach((key, value) -> changed.add(key, PRINTER.toJsonTree(value)));
        return new JsonFile(path, prefix, changed);
    }

    /** A configuration that stands in no file of its own. */
    public static JsonFile of(Path path, Map<String, ?> content) {
        return new JsonFile(path, "", PRINTER.toJsonTree(content).getAsJsonObject());
    }

    /** The same object with another value for a key. */
    public JsonFile with(String key, @Nullable Object value) {
        JsonObject changed = object.deepCopy();
        changed.add(key, PRINTER.toJsonTree(value));
        return new JsonFile(path, prefix, changed);
    }

    public Path path() {
        return path;
    }

    /** The object as a text that {@link #parse} reads, in the form that Python writes. */
    public String text() {
        return QUOTED_NUMBER.matcher(PRINTER.toJson(object)).replaceAll("$1") + "\n";
    }

    public Set<String> keys() {
        return object.keySet();
    }

    public boolean has(String key) {
        JsonElement element = object.get(key);
        return element != null && !element.isJsonNull();
    }

    /** An error about a key of this file. */
    public ModelFormatException fault(String key, String problem) {
        return new ModelFormatException(path, prefix + key, "'" + prefix + key + "' " + problem);
    }

    public int integer(String key) {
        return toInt(key, required(key));
    }

    public int integer(String key, int otherwise) {
        return has(key) ? integer(key) : otherwise;
    }

    /** A whole number of up to 64 bits, such as a seed. */
    public long wholeNumber(String key) {
        return toLong(key, required(key));
    }

    public double number(String key) {
        JsonElement element = required(key);
        if (isNumber(element)) {
            return element.getAsDouble();
        }
        throw wrong(key, element, "a number");
    }

    private static boolean isNumber(JsonElement element) {
        return element instanceof JsonPrimitive primitive
                && (primitive.isNumber() || PYTHON_NUMBERS.contains(primitive.getAsString()));
    }

    public double number(String key, double otherwise) {
        return has(key) ? number(key) : otherwise;
    }

    public boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        JsonElement element = required(key);
        if (element instanceof JsonPrimitive primitive && primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        throw wrong(key, element, "true or false");
    }

    public String string(String key) {
        JsonElement element = required(key);
        if (element instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw wrong(key, element, "a string");
    }

    public String string(String key, String otherwise) {
        return has(key) ? string(key) : otherwise;
    }

    public Optional<String> optionalString(String key) {
        return has(key) ? Optional.of(string(key)) : Optional.empty();
    }

    /**
     * One of several words.
     *
     * @param words what each word means
     */
    public <T> T oneOf(String key, Map<String, T> words, T otherwise) {
        return has(key) ? oneOf(key, words) : otherwise;
    }

    /** The constant of an enum, by its name. */
    public <E extends Enum<E>> E oneOf(String key, Class<E> constants) {
        return oneOf(
                key,
                Arrays.stream(constants.getEnumConstants()).collect(Collectors.toMap(Enum::name, Function.identity())));
    }

    private <T> T oneOf(String key, Map<String, T> words) {
        String word = string(key);
        T meaning = words.get(word);
        if (meaning == null) {
            List<String> expected =
                    words.keySet().stream().sorted().map(w -> '"' + w + '"').toList();
            throw fault(
                    key,
                    "is \"" + word + "\", expected " + (expected.size() == 1 ? "" : "one of ")
                            + String.join(", ", expected));
        }
        return meaning;
    }

    public boolean isList(String key) {
        return has(key) && required(key).isJsonArray();
    }

    /** Whether it is a list of strings and nothing else, not even {@code null}. */
    public boolean isListOfStrings(String key) {
        return isList(key)
                && required(key).getAsJsonArray().asList().stream()
                        .allMatch(item -> item instanceof JsonPrimitive primitive && primitive.isString());
    }

    public boolean isObject(String key) {
        return has(key) && required(key).isJsonObject();
    }

    public boolean isString(String key) {
        return has(key) && required(key) instanceof JsonPrimitive primitive && primitive.isString();
    }

    public List<Integer> integers(String key) {
        List<Integer> list = new ArrayList<>();
        for (JsonElement element : list(key)) {
            list.add(toInt(key, element));
        }
        return list;
    }

    /** Whole numbers of up to 64 bits. */
    public List<Long> wholeNumbers(String key) {
        List<Long> list = new ArrayList<>();
        for (JsonElement element : list(key)) {
            list.add(toLong(key, element));
        }
        return list;
    }

    public List<Double> numbers(String key) {
        List<Double> list = new ArrayList<>();
        for (JsonElement element : list(key)) {
            if (!isNumber(element)) {
                throw wrong(key, element, "a list of numbers");
            }
            list.add(element.getAsDouble());
        }
        return list;
    }

    public List<String> strings(String key) {
        return strings(key, required(key));
    }

    /** Whether the first element of a list is a list itself. */
    public boolean isListOfLists(String key) {
        return isList(key)
                && !required(key).getAsJsonArray().isEmpty()
                && required(key).getAsJsonArray().get(0).isJsonArray();
    }

    public List<List<String>> stringLists(String key) {
        List<List<String>> lists = new ArrayList<>();
        for (JsonElement element : list(key)) {
            lists.add(strings(key, element));
        }
        return lists;
    }

    public JsonFile object(String key) {
        JsonElement element = required(key);
        if (!element.isJsonObject()) {
            throw wrong(key, element, "an object");
        }
        return new JsonFile(path, prefix + key + ".", element.getAsJsonObject());
    }

    public List<JsonFile> objects(String key) {
        List<JsonFile> list = new ArrayList<>();
        for (JsonElement element : list(key)) {
            if (!element.isJsonObject()) {
                throw wrong(key, element, "a list of objects");
            }
            list.add(new JsonFile(path, prefix + key + "[" + list.size() + "].", element.getAsJsonObject()));
        }
        return list;
    }

    /** The value of a key as it stands there; JSON's null if it is absent. */
    JsonElement value(String key) {
        JsonElement element = object.get(key);
        return element == null ? JsonNull.INSTANCE : element;
    }

    private Iterable<JsonElement> list(String key) {
        return list(key, required(key));
    }

    private Iterable<JsonElement> list(String key, JsonElement element) {
        if (!element.isJsonArray()) {
            throw wrong(key, element, "a list");
        }
        return element.getAsJsonArray();
    }

    private List<String> strings(String key, JsonElement list) {
        List<String> strings = new ArrayList<>();
        for (JsonElement element : list(key, list)) {
            if (!(element instanceof JsonPrimitive primitive) || !primitive.isString()) {
                throw wrong(key, element, "a list of strings");
            }
            strings.add(primitive.getAsString());
        }
        return strings;
    }

    private JsonElement required(String key) {
        JsonElement element = object.get(key);
        if (element == null || element.isJsonNull()) {
            throw fault(key, "is missing");
        }
        return element;
    }

    private int toInt(String key, JsonElement element) {
        if (element instanceof JsonPrimitive primitive && primitive.isNumber()) {
            double value = primitive.getAsDouble();
            if (value == Math.rint(value) && Math.abs(value) <= Integer.MAX_VALUE) {
                return (int) value;
            }
        }
        throw wrong(key, element, "a whole number");
    }

    /** Not by way of double, which holds 53 bits. */
    private long toLong(String key, JsonElement element) {
        if (element instanceof JsonPrimitive primitive && primitive.isNumber()) {
            try {
                return primitive.getAsBigDecimal().longValueExact();
            } catch (ArithmeticException | NumberFormatException e) {
                throw fault(key, "is " + shown(element) + ", expected a whole number of 64 bits");
            }
        }
        throw wrong(key, element, "a whole number");
    }

    private ModelFormatException wrong(String key, JsonElement element, String expected) {
        return fault(key, "is " + shown(element) + ", expected " + expected);
    }

    static String shown(JsonElement element) {
        String text = element.toString();
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
