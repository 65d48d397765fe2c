package io.github.sdfinetune.core.config;

import io.github.sdfinetune.error.ModelFormatException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code config.json} says about a ControlNetModel (arXiv:2302.05543); absent keys have the defaults of diffusers.
 *
 * @param encoder a copy of a UNet's
 * @param conditioningChannels of the control picture
 * @param embeddingChannels channels on the way from the control picture to the size of the latents, which halves all but once
 * @param blueFirst whether the network wants the picture's channels as blue, green, red
 * @param globalPool whether residuals are averaged over the picture; they then go to the prompt's evaluation only
 */
public record ControlNetConfig(
        EncoderConfig encoder,
        int conditioningChannels,
        List<Integer> embeddingChannels,
        boolean blueFirst,
        boolean globalPool) {

    private static final KeyRules KEYS = EncoderConfig.KEYS.and(new KeyRules(
            Set.of(
                    "conditioning_channels",
                    "conditioning_embedding_out_channels",
                    "controlnet_conditioning_channel_order",
                    "global_pool_conditions"),
            Map.of(),
            Set.of("sample_size")));

    public ControlNetConfig {
        embeddingChannels = List.copyOf(embeddingChannels);
    }

    /**
     * Takes the configuration from JSON.
     *
     * @throws ModelFormatException if it is that of something else, contradicts itself or asks for what is not supported
     */
    public static ControlNetConfig from(JsonFile json) {
        String type = json.string("_class_name", "ControlNetModel");
        if (!type.equals("ControlNetModel")) {
            throw json.fault("_class_name", "is \"" + type + "\", expected \"ControlNetModel\"");
        }
        KEYS.check(json);
        int channels = Fields.size(json, "conditioning_channels", 3);
        if (channels != 3) {
            throw json.fault("conditioning_channels", "is " + channels + ", supported are the 3 of a picture");
        }
        return new ControlNetConfig(
                EncoderConfig.from(json),
                channels,
                Fields.sizes(json, "conditioning_embedding_out_channels", List.of(16, 32, 96, 256)),
                json.oneOf("controlnet_conditioning_channel_order", Map.of("rgb", false, "bgr", true), false),
                json.flag("global_pool_conditions", false));
    }

    /** How many pixels of the control picture one column of the latents covers. */
    public int factor() {
        return (int) Math.pow(2, embeddingChannels.size() - 1);
    }
}
