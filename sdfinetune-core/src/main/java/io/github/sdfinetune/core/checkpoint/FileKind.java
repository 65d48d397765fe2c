package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.weights.WeightEntry;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What files of tensors there are, told from their keys. */
final class FileKind {
    static final String UNKNOWN = "tensors of no known kind";

    private static final long LARGEST_EMBEDDING = 1L << 20;

    /** A file is of the first kind of which it has a key. */
    private record Kind(String label, Pattern key) {
        static Kind of(String label, String key) {
            return new Kind(label, Pattern.compile(key));
        }
    }

    private static final String NETWORK = "(model\\.diffusion_model\\.|transformer\\.)?";

    private static final List<Kind> KINDS = List.of(
            Kind.of("LoHa adapter", ".+\\.hada_w[12]_[ab](\\.weight)?"),
            Kind.of("LoKr adapter", ".+\\.lokr_(w[12]|t2).*"),
            Kind.of("OFT adapter", ".+\\.oft_(blocks|diag|R).*"),
            Kind.of("(IA)³ adapter", ".+\\.on_input"),
            Kind.of("DoRA in kohya's layout", "lora_.+\\.dora_scale"),
            Kind.of("DoRA in peft's or diffusers' layout", ".+\\.lora_magnitude_vector(\\..+)?"),
            Kind.of("LoRA in kohya's layout", "lora_(unet|te\\d?|prior)_.+\\.lora_(down|up)\\.weight"),
            Kind.of("LoRA in peft's or diffusers' layout", ".+\\.lora_[AB](\\..+)?\\.weight"),
            Kind.of(
                    "LoRA in the layout of older diffusers",
                    ".+(_lora|\\.lora|\\.lora_linear_layer)\\.(down|up)\\.weight"),
            Kind.of("full difference adapter", "lora_(unet|te\\d?)_.+\\.diff(_b)?"),
            Kind.of("ControlNet in the original layout", "control_model\\..+|input_hint_block\\..+"),
            Kind.of("ControlNet in diffusers' layout", "controlnet_(cond_embedding|down_blocks|mid_block)\\..+"),
            Kind.of("IP-Adapter", "(ip_adapter|image_proj)\\..+"),
            Kind.of("motion module (AnimateDiff)", ".*motion_modules\\..+"),
            Kind.of("hypernetwork", "\\d+\\.[01]\\.linear[12]?\\..+"),
            Kind.of("textual inversion", "string_to_param\\..+|emb_params"),
            Kind.of("Stable Diffusion 3", NETWORK + "joint_blocks\\.\\d+\\..+"),
            Kind.of("Flux", NETWORK + "(double_blocks\\.\\d+\\.img_attn|single_transformer_blocks\\.\\d+)\\..+"),
            Kind.of(
                    "Stable Cascade",
                    NETWORK + "(clip_txt_mapper\\.weight|down_blocks\\.\\d+\\.\\d+\\.channelwise\\..+)"),
            Kind.of("Playground v2.5", "edm_mean"),
            Kind.of("UNet in the original layout without text encoder", "model\\.diffusion_model\\.input_blocks\\..+"),
            Kind.of("diffusion model of another architecture", "model\\.diffusion_model\\..+"),
            Kind.of("UNet in diffusers' layout", "down_blocks\\.\\d+\\.resnets\\.\\d+\\.time_emb_proj\\.weight"),
            Kind.of("VAE in the original layout", "(first_stage_model\\.)?decoder\\.up\\.\\d+\\.block\\..+"),
            Kind.of("VAE in diffusers' layout", "decoder\\.up_blocks\\.\\d+\\.resnets\\..+"),
            Kind.of("T5 text encoder", "encoder\\.block\\.\\d+\\.layer\\.\\d+\\.SelfAttention\\..+"),
            Kind.of("CLIP text encoder", "(text_model\\.)?encoder\\.layers\\.\\d+\\.self_attn\\..+"),
            Kind.of(
                    "CLIP text encoder in the original layout",
                    "(cond_stage_model\\.|conditioner\\.)?.*transformer\\.resblocks\\.\\d+\\..+"),
            Kind.of(
                    "language model",
                    "(model\\.)?(layers\\.\\d+\\.self_attn\\.q_proj|embed_tokens)\\.weight|lm_head\\.weight"
                            + "|(transformer\\.)?h\\.\\d+\\.attn\\..+"));

    private FileKind() {}

    /** What a file that is no checkpoint of a known {@link Family} seems to be. */
    static String of(Map<String, WeightEntry> entries) {
        for (Kind kind : KINDS) {
            if (entries.keySet().stream()
                    .anyMatch(name -> kind.key().matcher(name).matches())) {
                return kind.label();
            }
        }
        boolean vectors = !entries.isEmpty()
                && entries.size() <= 2
                && entries.values().stream()
                        .allMatch(entry -> entry.shape().size() <= 2
                                && entry.dtype().isFloatingPoint()
                                && entry.elements() <= LARGEST_EMBEDDING);
        return vectors ? "textual inversion" : UNKNOWN;
    }
}
