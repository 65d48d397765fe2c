package io.github.sdfinetune.core.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What stands in a folder, each list sorted by name.
 *
 * @param pictures by their endings
 * @param captions the text files of each picture that has some, by its name without ending
 * @param ignored files that are neither, hidden ones among them
 * @param subfolders not looked into
 */
record FolderListing(
        List<Path> pictures, Map<String, List<Path>> captions, List<String> ignored, List<String> subfolders) {
    static final List<String> PICTURE_ENDINGS = List.of("png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff");

    private static final List<String> CAPTION_ENDINGS = List.of("txt", "caption");

    static FolderListing of(Path folder) throws IOException {
        List<Path> pictures = new ArrayList<>();
        Map<String, List<Path>> captions = new HashMap<>();
        List<String> ignored = new ArrayList<>();
        List<String> subfolders = new ArrayList<>();
        for (Path file : sorted(folder)) {
            if (Files.isDirectory(file)) {
                subfolders.add(name(file));
            } else if (!Files.isHidden(file) && PICTURE_ENDINGS.contains(ending(file))) {
                pictures.add(file);
            } else if (!Files.isHidden(file) && CAPTION_ENDINGS.contains(ending(file))) {
                captions.computeIfAbsent(stem(file), stem -> new ArrayList<>()).add(file);
            } else {
                ignored.add(name(file));
            }
        }
        Set<String> stems = pictures.stream().map(FolderListing::stem).collect(Collectors.toSet());
        captions.values().stream()
                .flatMap(List::stream)
                .filter(file -> !stems.contains(stem(file)))
                .forEach(file -> ignored.add(name(file)));
        ignored.sort(Comparator.naturalOrder());
        return new FolderListing(pictures, captions, ignored, subfolders);
    }

    /** By code units, so that the order is the same on every machine. */
    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted(Comparator.comparing(FolderListing::name)).toList();
        }
    }

    List<Path> captionsOf(Path picture) {
        return captions.getOrDefault(stem(picture), List.of());
    }

    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    static String stem(Path file) {
        String name = name(file);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static String ending(Path file) {
        String name = name(file);
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
