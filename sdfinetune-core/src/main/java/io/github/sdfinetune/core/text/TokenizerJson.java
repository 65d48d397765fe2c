package io.github.sdfinetune.core.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A vocabulary in the format of Hugging Face's tokenizers library. The resource {@code clip-tokenizer.json} holds what is the
 * same for every CLIP: how text is normalised and split into words.
 */
final class TokenizerJson {
    private TokenizerJson() {}

    static byte[] of(Vocabulary vocabulary, SpecialTokens special) {
        JsonObject json = template();
        JsonObject model = json.getAsJsonObject("model");
        JsonObject ids = model.getAsJsonObject("vocab");
        JsonArray merges = model.getAsJsonArray("merges");
        JsonArray added = json.getAsJsonArray("added_tokens");
        vocabulary.ids().forEach(ids::addProperty);
        vocabulary.merges().forEach(merges::add);
        addedTokens(vocabulary, special).map(TokenizerJson::of).forEach(added::add);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Stream<AddedToken> addedTokens(Vocabulary vocabulary, SpecialTokens special) {
        Stream<AddedToken> withRole = special.distinct()
                .filter(token -> vocabulary.added().stream()
                        .noneMatch(added -> added.content().equals(token.content())))
                .map(token -> new AddedToken(
                        token.content(), vocabulary.idOf(token.content(), "it has a role"), token.normalized()));
        return Stream.concat(vocabulary.added().stream(), withRole).sorted(Comparator.comparing(AddedToken::id));
    }

    private static JsonObject of(AddedToken token) {
        JsonObject json = new JsonObject();
        json.addProperty("id", token.id());
        json.addProperty("content", token.content());
        json.addProperty("single_word", false);
        json.addProperty("lstrip", false);
        json.addProperty("rstrip", false);
        json.addProperty("normalized", token.normalized());
        json.addProperty("special", true); // only tells decoders that leave special tokens out
        return json;
    }

    private static JsonObject template() {
        try (InputStream stream = TokenizerJson.class.getResourceAsStream("clip-tokenizer.json")) {
            if (stream == null) {
                throw new IOException("the resource clip-tokenizer.json is missing");
            }
            return JsonParser.parseReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
