package io.github.sdfinetune.core.request;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The two texts by which a picture's file says what made it, which its first character tells apart. */
final class RequestTextsFuzzTest {
    private static final Path PNG = Path.of("picture.png");

    @FuzzTest
    void text(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        String keyword = text.startsWith("{") ? RequestText.KEYWORD : RequestText.PARAMETERS;
        Claim.holds(
                input.length, () -> RequestFile.of(PNG, Map.of(keyword, text)).toGeneration(RequestInputs.none()));
    }
}
