package io.github.sdfinetune.core.inspect;

import io.github.sdfinetune.Inspection;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.image.ImageReadException;
import io.github.sdfinetune.core.image.ImageReader;
import io.github.sdfinetune.core.image.PictureFormat;
import io.github.sdfinetune.core.image.PictureHeader;
import io.github.sdfinetune.core.image.PngText;
import io.github.sdfinetune.core.request.RequestFile;
import io.github.sdfinetune.core.request.RequestText;
import io.github.sdfinetune.error.PictureFormatException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Tells what a picture is, and what its file says of its making. */
final class PictureInspection {
    private static final String PICTURE = "a picture: an example to train on, or one to start from";
    private static final int LONGEST_TEXT = 20_000;

    private final Path path;
    private final Findings findings;

    private PictureInspection(Path path) {
        this.path = path;
        findings = new Findings(path);
    }

    static Inspection of(Path path) {
        return new PictureInspection(path).inspection();
    }

    private Inspection inspection() {
        Optional<PictureHeader> header = findings.attempt(() -> read(ImageReader::header));
        if (header.isEmpty()) {
            return findings.inspection("damaged picture", "told by its first bytes", "get it again");
        }
        PictureFormat format = header.get().format();
        String kind = "picture of " + header.get().width() + "x" + header.get().height() + " pixels";
        if (format == PictureFormat.PNG) {
            Map<String, String> texts =
                    findings.attempt(() -> read(PngText::read)).orElse(Map.of());
            return findings.inspection(kind, format.toString(), making(texts));
        }
        findings.note("what made it is read from PNG files only");
        return findings.inspection(kind, format.toString(), PICTURE);
    }

    @FunctionalInterface
    private interface Reading<T> {
        T from(Path path) throws ImageReadException;
    }

    private <T> T read(Reading<T> reading) {
        try {
            return reading.from(path);
        } catch (ImageReadException e) {
            throw new PictureFormatException(path, e.reason(), e);
        }
    }

    /** Notes what the texts say, and tells whether the picture can be repeated. */
    private String making(Map<String, String> texts) {
        Map<String, String> others = new TreeMap<>(texts);
        String parameters = others.getOrDefault(RequestText.PARAMETERS, "");
        String json = others.getOrDefault(RequestText.KEYWORD, "");
        others.keySet().removeAll(Set.of(RequestText.PARAMETERS, RequestText.KEYWORD));
        findings.metadata(others);
        note(RequestText.PARAMETERS, parameters);
        if (parameters.isBlank() && json.isEmpty()) {
            findings.note("does not say what made it");
            return PICTURE;
        }
        Optional<RequestFile> request = findings.attempt(() -> RequestFile.read(path));
        if (request.isEmpty()) {
            return "a generated picture, which can't be repeated";
        }
        request.get().notes().forEach(note -> findings.note("note: " + note));
        if (json.isEmpty()) {
            return "a generated picture; the request can be used again";
        }
        note(RequestText.KEYWORD, JsonFile.parse(path, json).text());
        return "a generated picture; with the model it was made by it can be repeated" + missing(request.get());
    }

    private static String missing(RequestFile request) {
        try {
            request.toGeneration(RequestInputs.none());
            return "";
        } catch (IllegalArgumentException e) {
            return ": " + e.getMessage();
        }
    }

    private void note(String keyword, String text) {
        if (!text.isBlank()) {
            findings.note(keyword + ":");
            text.substring(0, Math.min(LONGEST_TEXT, text.length()))
                    .lines()
                    .forEach(line -> findings.note("  " + line));
            if (text.length() > LONGEST_TEXT) {
                findings.note("  … (" + text.length() + " characters)");
            }
        }
    }
}
