package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What options change in the results, with the implementation on the class path. */
class OptionsIT {
    private static final List<String> WEIGHTS =
            List.of("unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model", "text_encoder/model");

    @TempDir
    private static Path shared;

    private static Path model;
    private static Path photos;

    private final Commands commands = new Commands();

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeModelAndPictures() throws IOException {
        model = shared.resolve("model");
        photos = shared.resolve("photos");
        Stickers.drawInto(photos);
        new Commands().assertRuns("init-model", "--size", "tiny", "--seed", "1", "--output", model);
    }

    @Test
    void theSamplerIsTheOneAskedFor() throws IOException {
        int[] own = generated("own.png");
        Set<List<Integer>> different = new HashSet<>();
        different.add(list(own));
        for (String sampler : List.of("ddim", "euler", "ddpm")) {
            different.add(list(generated(sampler + ".png", "--sampler", sampler)));
        }

        assertThat(different).hasSize(4);
        assertThat(generated("pndm.png", "--sampler", "pndm"))
                .as("the one in the model's folder")
                .isEqualTo(own);
        commands.assertRuns("inspect", folder.resolve("euler.png"));
        assertThat(commands.out()).contains("Sampler: Euler,");
    }

    @Test
    void theVariantIsRead() throws IOException {
        Path both = folder.resolve("both");
        commands.assertRuns("init-model", "--size", "tiny", "--seed", "2", "--output", both);
        for (String weights : WEIGHTS) {
            Files.copy(model.resolve(weights + ".safetensors"), both.resolve(weights + ".fp16.safetensors"));
        }
        int[] plain = generatedWith(both, "plain.png");
        int[] variant = generatedWith(both, "variant.png", "--variant", "fp16");

        assertThat(variant).isEqualTo(generated("same.png")).isNotEqualTo(plain);
        assertThat(commands.run(generate(model, "absent.png", "--variant", "fp16")))
                .isEqualTo(1);
        assertThat(commands.err()).contains("has no weights of variant \"fp16\"");
    }

    @Test
    void allAdaptersAct() throws IOException {
        Path mug = trained("mug", "--steps", "2", "--learning-rate", "0.01");
        Path cup = trained("cup", "--steps", "2", "--learning-rate", "0.01", "--seed", "3");
        Set<List<Integer>> different = new HashSet<>();
        different.add(list(generated("none.png")));
        different.add(list(generated("mug.png", "--adapter", mug)));
        different.add(list(generated("cup.png", "--adapter", cup)));
        different.add(list(generated("both.png", "--adapter", mug, "--adapter", cup + ":0.5")));

        assertThat(different).hasSize(4);
        commands.assertRuns("inspect", folder.resolve("both.png"));
        assertThat(commands.out()).contains("mug: 1, cup: 0.5");
    }

    @Test
    void theInstancePromptStandsInForCaptions() throws IOException {
        Path bare = Files.createDirectory(folder.resolve("bare"));
        Files.copy(photos.resolve("red-circle.png"), bare.resolve("red-circle.png"));
        Object[] options = {"--dataset", bare, "--steps", "2"};

        assertThat(commands.run(train(folder.resolve("none"), options))).isEqualTo(1);
        assertThat(commands.err()).contains("red-circle.png: has no caption");
        assertThat(numbers(trained("disc", with(options, "--instance-prompt", "a red disc"))))
                .isNotEqualTo(numbers(trained("star", with(options, "--instance-prompt", "a star, sticker style"))));
    }

    @Test
    void thePrecisionIsThatOfTheModel() throws IOException {
        assertThat(generated("rounded.png", "--precision", "bfloat16")).isNotEqualTo(generated("exact.png"));
        Path rounded = trained("rounded", "--steps", "2", "--precision", "bfloat16");
        assertThat(numbers(rounded)).isNotEqualTo(numbers(trained("exact", "--steps", "2")));
        JsonObject tensors = header(rounded);
        tensors.remove("__metadata__");
        for (String name : tensors.keySet()) {
            assertThat(tensors.getAsJsonObject(name).get("dtype").getAsString())
                    .as(name)
                    .isEqualTo("F32");
        }
    }

    @Test
    void theSeedDecidesTheLora() throws IOException {
        ByteBuffer first = numbers(trained("first", "--steps", "2", "--seed", "4"));
        assertThat(numbers(trained("again", "--steps", "2", "--seed", "4"))).isEqualTo(first);
        assertThat(numbers(trained("other", "--steps", "2", "--seed", "5"))).isNotEqualTo(first);
    }

    @Test
    void theFormatIsTheOneAskedFor() throws IOException {
        Path diffusers = trained("diffusers", "--steps", "2");
        Path kohya = trained("kohya", "--steps", "2", "--format", "kohya");

        assertThat(tensors(diffusers))
                .isNotEmpty()
                .allMatch(name -> name.matches("unet\\..*\\.attn[12]\\.to_(q|k|v|out\\.0)\\.lora_[AB]\\.weight"));
        assertThat(tensors(kohya))
                .isNotEmpty()
                .allMatch(name ->
                        name.matches("lora_unet_.*_attn[12]_to_(q|k|v|out_0)\\.(lora_(down|up)\\.weight|alpha)"));
        JsonObject metadata = header(kohya).getAsJsonObject("__metadata__");
        assertThat(metadata.get("ss_network_dim").getAsString()).isEqualTo("16");
        assertThat(generated("kohya.png", "--adapter", kohya))
                .isEqualTo(generated("diffusers.png", "--adapter", diffusers))
                .isNotEqualTo(generated("none.png"));
    }

    private int[] generated(String file, Object... options) throws IOException {
        return generatedWith(model, file, options);
    }

    /** Generates a picture and reads its pixels. */
    private int[] generatedWith(Path from, String file, Object... options) throws IOException {
        commands.assertRuns(generate(from, file, options));
        BufferedImage image = ImageIO.read(folder.resolve(file).toFile());
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    private Object[] generate(Path from, String file, Object... options) {
        return with(
                new Object[] {
                    "generate",
                    "--model",
                    from,
                    "--prompt",
                    "a blue star",
                    "--steps",
                    "4",
                    "--seed",
                    "7",
                    "--output",
                    folder.resolve(file)
                },
                options);
    }

    private Path trained(String name, Object... options) {
        Path file = folder.resolve(name + ".safetensors");
        commands.assertRuns(train(file, options));
        return file;
    }

    private static Object[] train(Path output, Object... options) {
        Object[] command = {"train-lora", "--model", model, "--output", output};
        boolean ownPhotos = List.of(options).contains("--dataset");
        return with(ownPhotos ? command : with(command, "--dataset", photos), options);
    }

    private static Object[] with(Object[] command, Object... more) {
        List<Object> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(more));
        return all.toArray();
    }

    private static List<Integer> list(int... pixels) {
        List<Integer> list = new ArrayList<>();
        for (int pixel : pixels) {
            list.add(pixel);
        }
        return list;
    }

    private static List<String> tensors(Path safetensors) throws IOException {
        return header(safetensors).keySet().stream()
                .filter(name -> !name.equals("__metadata__"))
                .toList();
    }

    private static JsonObject header(Path safetensors) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(safetensors)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] json = new byte[(int) file.getLong()];
        file.get(json);
        return JsonParser.parseString(new String(json, StandardCharsets.UTF_8)).getAsJsonObject();
    }

    /** What stands behind the header, which holds the seed and the time of training. */
    private static ByteBuffer numbers(Path safetensors) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(safetensors)).order(ByteOrder.LITTLE_ENDIAN);
        return file.position((int) file.getLong() + Long.BYTES).slice();
    }
}
