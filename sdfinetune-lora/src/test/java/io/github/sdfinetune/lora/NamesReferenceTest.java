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
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The names of all layers of Stable Diffusion 1.5 and XL, as other programs spell them. */
@Tag("reference")
final class NamesReferenceTest {

    private static JsonFile names(String file) {
        Path path = ReferenceFolder.get().path("adapters/" + file);
        Assumptions.assumeTrue(Files.exists(path), "the reference data has no adapters/" + file);
        return JsonFile.read(path);
    }

    @Test
    void kohyaNamesGoBothWays() {
        assertKohyaNamesGoBothWays("names_sd15.json", 282 + 72, KohyaNames::of);
    }

    @Test
    void kohyaNamesOfSdxlGoBothWays() {
        assertKohyaNamesGoBothWays("names_sdxl.json", 794 + 264, KohyaNames::ofSdxl);
    }

    private static void assertKohyaNamesGoBothWays(String file, int count, UnaryOperator<String> naming) {
        JsonFile json = names(file);
        Map<String, String> names = new LinkedHashMap<>();
        json.objects("unet").forEach(entry -> names.put("unet." + entry.string("module"), entry.string("kohya")));
        json.objects("text_encoders")
                .forEach(entry ->
                        names.put(entry.string("component") + "." + entry.string("module"), entry.string("kohya")));
        assertThat(names).hasSize(count);
        names.forEach((layer, kohya) -> {
            assertThat(naming.apply(layer)).isEqualTo(kohya);
            assertThat(KohyaNames.layer(kohya)).contains(layer);
        });
    }

    @ParameterizedTest
    @CsvSource({"names_sd15.json, 184, 46", "names_sdxl.json, 743, 11"})
    void namesOfOriginalCheckpointsAreFound(String file, int linear, int pointwise) {
        Map<String, LayerShape> shapes = new LinkedHashMap<>();
        Map<String, LayerIndex.Layer> originals = new LinkedHashMap<>();
        for (JsonFile entry : names(file).objects("unet")) {
            List<Integer> sizes = entry.integers("shape");
            String layer = "unet." + entry.string("module");
            LayerShape shape = new LayerShape(Kind.LINEAR, sizes.get(0), sizes.get(1));
            shapes.put(layer, shape);
            if (sizes.size() == 2 || sizes.get(2) == 1) {
                originals.put(entry.string("kohya_ldm"), new LayerIndex.Layer(layer, shape));
            }
        }
        assertThat(originals).hasSize(linear + pointwise);
        assertThat(originals.values()).doesNotHaveDuplicates();
        LayerIndex index = new LayerIndex(new Layers(shapes));
        originals.forEach((original, layer) ->
                assertThat(index.find(KohyaNames.layer(original).orElseThrow())).contains(layer));
    }
}
