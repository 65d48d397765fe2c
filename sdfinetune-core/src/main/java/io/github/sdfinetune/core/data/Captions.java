package io.github.sdfinetune.core.data;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The text files beside a picture. */
final class Captions {
    private static final long LARGEST_FILE = 1 << 20;
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private Captions() {}

    /** What is wrong with the caption of one picture; the message names the caption's file. */
    static final class CaptionException extends Exception {
        private static final long serialVersionUID = 1;

        CaptionException(String message) {
            super(message);
        }
    }

    /** The caption that the given files agree on; blank ones say nothing. */
    static Optional<String> read(List<Path> files) throws CaptionException {
        Set<String> captions = new LinkedHashSet<>();
        for (Path file : files) {
            captions.add(oneLine(text(file)));
        }
        captions.remove("");
        if (captions.size() > 1) {
            throw new CaptionException(files.stream().map(FolderListing::name).collect(Collectors.joining(" and "))
                    + " differ; keep one of them");
        }
        return captions.stream().findFirst();
    }

    private static String text(Path file) throws CaptionException {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new CaptionException(FolderListing.name(file) + " is larger than 1 MiB, no caption is");
            }
            String text = Files.readString(file);
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
        } catch (MalformedInputException e) {
            throw new CaptionException(FolderListing.name(file) + " is not encoded in UTF-8");
        } catch (IOException e) {
            throw new CaptionException(FolderListing.name(file) + " can't be read: " + e);
        }
    }

    private static String oneLine(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining(" "));
    }
}
