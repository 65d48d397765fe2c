package io.github.sdfinetune.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.AdapterRegistry;
import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.HighResolution.Upscaling;
import io.github.sdfinetune.ImageToImage;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.SizeConditioning;
import io.github.sdfinetune.SizeConditioning.Sizes;
import io.github.sdfinetune.StartingPicture;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All that a request says is written and read again; what a reader may forget shows because no value is the usual one. */
class RequestRoundTripTest {
    private static final Set<String> STARTS = Set.of("startingPicture", "highResolution");

    private static final Path PNG = Path.of("a.png");
    private static final Picture PICTURE = picture(1);
    private static final Picture OTHER_PICTURE = picture(2);
    private static final Mask MASK = Mask.of(PICTURE);
    private static final Net NET = new Net("edges", "1".repeat(64));
    private static final Net OTHER_NET = new Net("depth", "2".repeat(64));
    private static final File ADAPTER = new File("mug", "3".repeat(64));
    private static final File OTHER_ADAPTER = new File("cup", "4".repeat(64));
    private static final AdapterRegistry REGISTRY = AdapterRegistry.of(List.of(ADAPTER, OTHER_ADAPTER));
    private static final RequestInputs INPUTS = RequestInputs.none()
            .with(REGISTRY)
            .with(PICTURE)
            .with(OTHER_PICTURE)
            .with(MASK)
            .with(NET)
            .with(OTHER_NET);

    /** Of a ControlNet only what a request says of it. */
    private record Net(String name, String hash) implements ControlNet {
        @Override
        public void close() {}
    }

    /** Of an adapter only what a request says of it. */
    private record File(String name, String hash) implements Adapter {
        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }

        @Override
        public void save(Path file, AdapterFormat format) {
            throw new UnsupportedOperationException();
        }
    }

    private static Picture picture(int gray) {
        byte[] rgb = new byte[3 * 8 * 4];
        Arrays.fill(rgb, (byte) gray);
        return Picture.of(8, 4, rgb);
    }

    private static Generation plain() {
        return Generation.of("")
                .negativePrompt("")
                .secondPrompt("")
                .secondNegativePrompt("")
                .sampler(Sampler.DDIM)
                .seed(0)
                .size(8, 8)
                .sizeConditioning(SizeConditioning.of(1, 1))
                .tiledVae(false)
                .with(OTHER_ADAPTER, 1)
                .control(OTHER_NET, OTHER_PICTURE);
    }

    private static Generation unusual() {
        return Generation.of("a (red:1.3) mug", "\"NaN\" \u00e9 \u732b")
                .negativePrompt("a square", "blurry")
                .secondPrompt("of clay", "of glass")
                .secondNegativePrompt("of wood", "of tin")
                .promptSyntax(PromptSyntax.A1111)
                .clipSkip(1, 2)
                .count(3)
                .seeds(-9_007_199_254_740_993L, 2, 3, 4, 5, 6)
                .sampler(Sampler.DPM_PP_2M_SDE.karras())
                .steps(3)
                .eta(0.3)
                .size(72, 64)
                .guidanceScale(4.1)
                .guidanceRescale(0.2)
                .guidanceInterval(0.1, 0.9)
                .sizeConditioning(
                        new SizeConditioning(new Sizes(2, 3, 4, 5, 6, 7), new Sizes(8, 9, 10, 11, 12, 13), 5.5, 1.5))
                .tiledVae(true)
                .registry(REGISTRY)
                .with(ADAPTER, 0.7f)
                .control(Control.by(NET, PICTURE, OTHER_PICTURE)
                        .scale(0.8)
                        .during(0.2, 0.7)
                        .guessMode(true));
    }

    /** What a generation starts from, once as usual and once not: a picture, or noise with a second pass behind. */
    private record Start(UnaryOperator<Generation> usual, UnaryOperator<Generation> unusual, String setting) {
        static Start from(StartingPicture usual, StartingPicture unusual) {
            return new Start(
                    generation -> generation.start(usual), generation -> generation.start(unusual), "startingPicture");
        }
    }

    static Stream<Start> starts() {
        HighResolution unusual =
                HighResolution.of(96, 88).withSteps(7).withStrength(0.6).withUpscaling(Upscaling.LATENT_BICUBIC);
        return Stream.of(
                Start.from(new ImageToImage(OTHER_PICTURE, 1), new ImageToImage(PICTURE, 0.6)),
                Start.from(
                        Inpainting.of(OTHER_PICTURE, Mask.of(OTHER_PICTURE)).onlyMasked(0),
                        Inpainting.of(PICTURE, MASK)
                                .withStrength(0.6)
                                .withSoftMask()
                                .onlyMasked(5)),
                Start.from(
                        Outpainting.of(OTHER_PICTURE, 8, 8, 8, 8),
                        Outpainting.of(PICTURE, 1, 2, 3, 4).withOverlap(5).withStrength(0.6)),
                new Start(
                        generation -> generation.highResolution(
                                HighResolution.of(8, 8).withSteps(25)),
                        generation -> generation.highResolution(unusual),
                        "highResolution"));
    }

    @ParameterizedTest
    @MethodSource("starts")
    void everySettingIsReadAsItWasWritten(Start start) throws Exception {
        Generation unusual = start.unusual().apply(unusual());
        String text = RequestText.of(
                        unusual, Map.of(), Origin.here("model", "abc", Precision.FLOAT32, Prediction.EPSILON, "cpu"))
                .of(List.of(new Place(0, false)));
        Generation read = RequestFile.of(PNG, Map.of(RequestText.KEYWORD, text)).toGeneration(INPUTS);
        Generation usual = start.usual().apply(plain());

        for (Method setting : settings()) {
            Object written = setting.invoke(unusual);
            boolean isOtherStart =
                    STARTS.contains(setting.getName()) && !setting.getName().equals(start.setting());
            if (!isOtherStart) {
                assertUnlike(setting.getName(), written, setting.invoke(usual));
            }
            assertThat(setting.invoke(read)).as(setting.getName()).isEqualTo(written);
        }
    }

    /** Of a generation, but for when previews are shown, which is nothing of the picture. */
    private static List<Method> settings() {
        List<Method> settings = Arrays.stream(Generation.class.getMethods())
                .filter(method -> method.getDeclaringClass() == Generation.class
                        && method.getParameterCount() == 0
                        && !Modifier.isStatic(method.getModifiers())
                        && !method.getName().equals("previewEvery"))
                .toList();
        assertThat(settings).hasSizeGreaterThan(20);
        return settings;
    }

    /** Fails if anything within a setting is the usual value, so that a new component can't be left out above. */
    private static void assertUnlike(String what, Object unusual, Object usual) throws Exception {
        if (unusual instanceof Optional<?> optional) {
            assertUnlike(what, optional.orElseThrow(), ((Optional<?>) usual).orElseThrow());
        } else if (unusual instanceof List<?> list && list.size() == 1) {
            assertUnlike(what, list.get(0), ((List<?>) usual).get(0));
        } else if (unusual.getClass().isRecord() && !(unusual instanceof File || unusual instanceof Net)) {
            assertThat(usual).as(what).hasSameClassAs(unusual);
            for (RecordComponent component : unusual.getClass().getRecordComponents()) {
                Method value = component.getAccessor();
                assertUnlike(what + "." + component.getName(), value.invoke(unusual), value.invoke(usual));
            }
        } else {
            assertThat(unusual).as(what).isNotEqualTo(usual);
        }
    }
}
