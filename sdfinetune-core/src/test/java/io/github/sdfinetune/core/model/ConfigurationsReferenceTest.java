package io.github.sdfinetune.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.core.config.ClipTextConfig;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.config.VaeConfig;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.text.ClipTokenizer;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.weights.WeightSource;
import io.github.sdfinetune.core.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The large new model against the published Stable Diffusion 1.5; networks are built, but no weights. */
@Tag("reference")
final class ConfigurationsReferenceTest {
    private final Path keys = ReferenceFolder.get().path("models/key_maps/sd1.json");
    private final Path names = ReferenceFolder.get().path("adapters/names_sd15.json");
    private final Path scheduler = ReferenceFolder.get().path("models/sd1/scheduler/scheduler_config.json");
    private final Path vocabulary = ReferenceFolder.get().path("tokenizer/sd1");

    /** The weights and layers that a network asks for, with the shapes of weights. */
    private static final class Asked implements WeightSource {
        private final Map<String, List<Long>> weights = new TreeMap<>();
        private final Map<String, List<Long>> layers = new TreeMap<>();

        /** @param build makes the network of its weights */
        static Asked by(String component, Consumer<Weights> build) {
            Asked asked = new Asked();
            try (Scope scope = Scope.open()) {
                build.accept(Weights.of(asked, Numerics.float32(), component));
            }
            return asked;
        }

        @Override
        public Tensor get(String name, long... shape) {
            weights.put(name, shape(shape));
            return Tensor.empty(ScalarType.FLOAT32, 0);
        }

        @Override
        public void linear(String layer, long... weightShape) {
            layers.put(layer, shape(weightShape));
        }

        @Override
        public void convolution(String layer, long... weightShape) {
            layers.put(layer, shape(weightShape));
        }

        private static List<Long> shape(long... shape) {
            return Arrays.stream(shape).boxed().toList();
        }
    }

    @BeforeEach
    void exist() {
        for (Path file : List.of(keys, names, scheduler, vocabulary)) {
            Assumptions.assumeTrue(Files.exists(file), "the reference data has no " + file);
        }
    }

    @Test
    void weightsAreThoseOfThePublishedModel() {
        assertThat(unet().weights).isEqualTo(published("unet"));
        assertThat(vae().weights).isEqualTo(published("vae"));
        assertThat(textEncoder().weights).isEqualTo(published("text_encoder"));
    }

    @Test
    void layersAreThoseThatAdaptersName() {
        Map<String, List<Long>> named = new TreeMap<>();
        JsonFile file = JsonFile.read(names);
        file.objects("unet").forEach(entry -> named.put("unet." + entry.string("module"), entry.wholeNumbers("shape")));
        assertThat(unet().layers).isEqualTo(named);
        assertThat(textEncoder().layers.keySet())
                .containsExactlyInAnyOrderElementsOf(file.objects("text_encoders").stream()
                        .map(entry -> entry.string("component") + "." + entry.string("module"))
                        .toList());
    }

    /** As the configurations of runwayml/stable-diffusion-v1-5 say, or the defaults of the libraries that read them. */
    @Test
    void whatShapesDoNotTellIsAsPublished() {
        UNetConfig unet = UNetConfig.from(json(configurations().unet()));
        JsonFile expected = JsonFile.read(names).object("unet_config");
        assertThat(unet.sampleSize()).isEqualTo(expected.integer("sample_size"));
        assertThat(configurations().unet())
                .containsEntry("attention_head_dim", expected.integer("attention_head_dim"))
                .containsEntry("norm_num_groups", 32);

        VaeConfig vae = VaeConfig.from(json(configurations().vae()));
        assertThat(vae.scalingFactor()).isEqualTo(0.18215);
        assertThat(configurations().vae()).containsEntry("sample_size", 512).containsEntry("norm_num_groups", 32);

        ClipTextConfig text = ClipTextConfig.from(json(configurations().textEncoder()));
        assertThat(text.numAttentionHeads()).isEqualTo(12);
        assertThat(text.activation()).isEqualTo(ClipTextConfig.Activation.QUICK_GELU);
        assertThat(text.layerNormEps()).isEqualTo(1e-5);
        assertThat(text.eosTokenId()).isEqualTo(49407);
    }

    @Test
    void theNoiseScheduleIsThatOfStableDiffusion1() throws IOException {
        JsonObject published =
                JsonParser.parseString(Files.readString(scheduler)).getAsJsonObject();
        published.remove("_diffusers_version");
        published.remove("trained_betas"); // null
        assertThat(JsonParser.parseString(json(configurations().scheduler()).text()))
                .isEqualTo(published);
    }

    private Asked unet() {
        return Asked.by(
                "unet",
                weights -> new UNet(UNetConfig.from(json(configurations().unet())), weights));
    }

    private Asked vae() {
        return Asked.by(
                "vae",
                weights -> new Autoencoder(VaeConfig.from(json(configurations().vae())), weights));
    }

    private Asked textEncoder() {
        return Asked.by(
                "text_encoder",
                weights -> new ClipTextModel(
                        ClipTextConfig.from(json(configurations().textEncoder())), weights));
    }

    private Configurations configurations() {
        try (ClipTokenizer tokenizer = ClipTokenizer.load(vocabulary)) {
            return Configurations.of(NewModel.Size.SD15, tokenizer);
        }
    }

    private static JsonFile json(Map<String, Object> content) {
        return JsonFile.of(Path.of("config.json"), content);
    }

    /** Names and shapes of a component as diffusers has them. */
    private Map<String, List<Long>> published(String component) {
        Map<String, List<Long>> shapes = new TreeMap<>();
        for (JsonFile entry : JsonFile.read(keys).objects("map")) {
            if (entry.string("component").equals(component)) {
                List<Long> shape = entry.wholeNumbers("shape");
                // The original's VAE has convolutions of kernel side 1 for these linear layers.
                boolean linear = entry.has("op") && entry.string("op").equals("linear_to_conv1x1");
                shapes.put(entry.strings("diffusers").get(0), linear ? shape.subList(0, 2) : shape);
            }
        }
        return shapes;
    }
}
