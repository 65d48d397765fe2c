package io.github.sdfinetune.core.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Getters for what the configurations of several networks have: sizes, which are at least 1, and lists with a value per block. */
final class Fields {
    private Fields() {}

    static int size(JsonFile json, String key, int otherwise) {
        return checkSize(json, key, json.integer(key, otherwise));
    }

    static List<Integer> sizes(JsonFile json, String key, List<Integer> otherwise) {
        List<Integer> sizes = json.has(key) ? json.integers(key) : otherwise;
        sizes.forEach(size -> checkSize(json, key, size));
        if (sizes.isEmpty()) {
            throw json.fault(key, "is an empty list");
        }
        return List.copyOf(sizes);
    }

    /** A list with one size per block, or one size for all of them. */
    static List<Integer> perBlock(JsonFile json, String key, int blocks, int otherwise) {
        if (!json.isList(key)) {
            return Collections.nCopies(blocks, size(json, key, otherwise));
        }
        List<Integer> sizes = sizes(json, key, List.of());
        checkLength(json, key, sizes, blocks);
        return sizes;
    }

    /** A side length, or a list of two equal ones. */
    static int side(JsonFile json, String key, int otherwise) {
        if (!json.isList(key)) {
            return size(json, key, otherwise);
        }
        List<Integer> sides = sizes(json, key, List.of());
        if (sides.size() != 2 || !sides.get(0).equals(sides.get(1))) {
            throw json.fault(key, "is " + sides + ", supported are squares");
        }
        return sides.get(0);
    }

    /** A list with one of several words per block. */
    static <T> List<T> wordPerBlock(
            JsonFile json, String key, int blocks, Map<String, T> words, List<String> otherwise) {
        List<T> meanings = new ArrayList<>();
        List<String> given = json.has(key) ? json.strings(key) : otherwise;
        for (String word : given) {
            T meaning = words.get(word);
            if (meaning == null) {
                throw json.fault(key, "has \"" + word + "\", supported: " + new TreeSet<>(words.keySet()));
            }
            meanings.add(meaning);
        }
        checkLength(json, key, given, blocks);
        return meanings;
    }

    /** A number above 0. */
    static double positive(JsonFile json, String key, double otherwise) {
        double number = json.number(key, otherwise);
        if (!(number > 0) || Double.isInfinite(number)) {
            throw json.fault(key, "is " + number + ", expected a number above 0");
        }
        return number;
    }

    private static void checkLength(JsonFile json, String key, List<?> list, int blocks) {
        if (list.size() != blocks) {
            throw json.fault(key, "has " + list.size() + " values, expected " + blocks + ", one per block");
        }
    }

    static void checkDivisible(JsonFile json, String key, int size, int divisor, String meaning) {
        if (size % divisor != 0) {
            throw json.fault(key, "has " + size + ", expected a multiple of the " + divisor + " " + meaning);
        }
    }

    private static int checkSize(JsonFile json, String key, int size) {
        if (size < 1) {
            throw json.fault(key, "is " + size + ", expected at least 1");
        }
        return size;
    }
}
