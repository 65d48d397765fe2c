package io.github.sdfinetune.lora;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Layers.Kind;
import io.github.sdfinetune.core.layer.Layers.LayerShape;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The names of all layers of Stable Diffusion 1.5, as other programs spell them. */
@Tag("reference")
final class NamesReferenceTest {
    private final Path file = ReferenceFolder.get().path("adapters/names_sd15.json");

    @BeforeEach
    void exists() {
        Assumptions.assumeTrue(Files.exists(file), "the reference data has no adapters/names_sd15.json");
    }

    @Test
    void kohyaNamesGoBothWays() {
        Map<String, String> names = new LinkedHashMap<>();
        JsonFile json = JsonFile.read(file);
        json.objects("unet").forEach(entry -> names.put("unet." + entry.string("module"), entry.string("kohya")));
        json.objects("text_encoders")
                .forEach(entry ->
                        names.put(entry.string("component") + "." + entry.string("module"), entry.string("kohya")));
        assertThat(names).hasSize(282 + 72);
        names.forEach((layer, kohya) -> {
            assertThat(KohyaNames.of(layer)).isEqualTo(kohya);
            assertThat(KohyaNames.layer(kohya)).contains(layer);
        });
    }

    @Test
    void namesOfOriginalCheckpointsAreFoundInTransformers() {
        Map<String, String> originals = new LinkedHashMap<>();
        for (JsonFile entry : JsonFile.read(file).objects("unet")) {
            if (entry.string("module").contains(".attentions.")) {
                originals.put("unet." + entry.string("module"), entry.string("kohya_ldm"));
            }
        }
        Map<String, LayerShape> shapes = new LinkedHashMap<>();
        originals.keySet().forEach(layer -> shapes.put(layer, new LayerShape(Kind.LINEAR, 1, 1)));
        LayerIndex index = new LayerIndex(new Layers(shapes));
        originals.forEach((layer, original) -> assertThat(
                        index.find(KohyaNames.layer(original).orElseThrow()).map(LayerIndex.Layer::name))
                .contains(layer));
    }
}
