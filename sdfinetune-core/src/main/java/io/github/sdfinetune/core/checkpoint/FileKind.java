package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.weights.WeightEntry;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What files of tensors there are, told from their keys.
 *
 * @param label for people
 */
public record FileKind(String label, Role role) {

    /** What is done with a file. */
    public enum Role {
        ADAPTER("an adapter, which is given to a generation together with a strength"),
        NETWORK_OF_A_FOLDER(
                "a part of a model; it is loaded from the folder of a model that holds it, beside its config.json"),
        PART_OF_A_CHECKPOINT("a part of a model that can't be loaded alone; supported are whole checkpoints of "
                + "Stable" + " Diffusion 1.x, 2.x, XL and the XL refiner"),
        CONTROL_NET("a ControlNet, loaded as it is, or from a folder that holds it beside its config.json"),
        TRAINING_STATE("what a training needs to go on; it makes no pictures"),
        OTHER_MODEL("not supported; supported are models of Stable Diffusion 1.x, 2.x, XL and the XL refiner"),
        OTHER_ADDITION("an addition to a model, of a kind that is not supported; supported are LoRA, textual inversion"
                + " and ControlNet"),
        UNKNOWN(
                "not known here; supported are models of Stable Diffusion 1.x, 2.x, XL and the XL refiner, LoRA, textual"
                        + " inversion and ControlNet");

        private final String use;

        Role(String use) {
            this.use = use;
        }

        /** A sentence for people. */
        public String use() {
            return use;
        }
    }

    private static final FileKind UNKNOWN = new FileKind("tensors of no known kind", Role.UNKNOWN);
    private static final FileKind WORD = new FileKind("textual inversion", Role.ADAPTER);
    private static final long LARGEST_EMBEDDING = 1L << 20;

    /** A file is of the first kind of which it has a key. */
    private record Rule(FileKind kind, Pattern key) {
        static Rule of(Role role, String label, String key) {
            return new Rule(new FileKind(label, role), Pattern.compile(key));
        }
    }

    private static final String NETWORK = "(model\\.diffusion_model\\.|transformer\\.)?";

    private static final List<Rule> RULES = List.of(
            Rule.of(
                    Role.TRAINING_STATE,
                    "state of an optimizer",
                    "(.+\\.)?(state\\.\\d+|optimizer.*)\\.(step|exp_avg(_sq)?|momentum_buffer|state[12])|.+\\.exp_avg(_sq)?"),
            Rule.of(Role.ADAPTER, "LoHa adapter", ".+\\.hada_w[12]_[ab](\\.weight)?"),
            Rule.of(Role.ADAPTER, "LoKr adapter", ".+\\.lokr_(w[12]|t2).*"),
            Rule.of(Role.ADAPTER, "OFT adapter", ".+\\.oft_(blocks|diag|R).*"),
            Rule.of(Role.ADAPTER, "(IA)³ adapter", ".+\\.on_input"),
            Rule.of(Role.ADAPTER, "DoRA in kohya's layout", "lora_.+\\.dora_scale"),
            Rule.of(Role.ADAPTER, "DoRA in peft's or diffusers' layout", ".+\\.lora_magnitude_vector(\\..+)?"),
            Rule.of(Role.ADAPTER, "LoRA in kohya's layout", "lora_(unet|te\\d?|prior)_.+\\.lora_(down|up)\\.weight"),
            Rule.of(Role.ADAPTER, "LoRA in peft's or diffusers' layout", ".+\\.lora_[AB](\\..+)?\\.weight"),
            Rule.of(
                    Role.ADAPTER,
                    "LoRA in the layout of older diffusers",
                    ".+(_lora|\\.lora|\\.lora_linear_layer)\\.(down|up)\\.weight"),
            Rule.of(Role.ADAPTER, "full difference adapter", "lora_(unet|te\\d?)_.+\\.diff(_b)?"),
            Rule.of(Role.CONTROL_NET, "ControlNet in the original layout", "control_model\\..+|input_hint_block\\..+"),
            Rule.of(
                    Role.CONTROL_NET,
                    "ControlNet in diffusers' layout",
                    "controlnet_(cond_embedding|down_blocks|mid_block)\\..+"),
            Rule.of(
                    Role.OTHER_ADDITION,
                    "T2I-Adapter",
                    "(adapter\\.)?body\\.\\d+\\.(resnets\\.\\d+\\.)?block[12]\\..+"),
            Rule.of(Role.OTHER_ADDITION, "IP-Adapter", "(ip_adapter|image_proj)\\..+"),
            Rule.of(Role.OTHER_ADDITION, "motion module (AnimateDiff)", ".*motion_modules\\..+"),
            Rule.of(Role.OTHER_ADDITION, "hypernetwork", "\\d+\\.[01]\\.linear[12]?\\..+"),
            Rule.of(Role.ADAPTER, "textual inversion", "string_to_param\\..+|emb_params"),
            Rule.of(Role.OTHER_MODEL, "Stable Diffusion 3", NETWORK + "joint_blocks\\.\\d+\\..+"),
            Rule.of(
                    Role.OTHER_MODEL,
                    "Flux",
                    NETWORK + "(double_blocks\\.\\d+\\.img_attn|single_transformer_blocks\\.\\d+)\\..+"),
            Rule.of(
                    Role.OTHER_MODEL,
                    "Stable Cascade",
                    NETWORK + "(clip_txt_mapper\\.weight|down_blocks\\.\\d+\\.\\d+\\.channelwise\\..+)"),
            Rule.of(Role.OTHER_MODEL, "Playground v2.5", "edm_mean"),
            Rule.of(
                    Role.PART_OF_A_CHECKPOINT,
                    "UNet in the original layout without text encoder",
                    "model\\.diffusion_model\\.input_blocks\\..+"),
            Rule.of(Role.OTHER_MODEL, "diffusion model of another architecture", "model\\.diffusion_model\\..+"),
            Rule.of(
                    Role.NETWORK_OF_A_FOLDER,
                    "UNet in diffusers' layout",
                    "down_blocks\\.\\d+\\.resnets\\.\\d+\\.time_emb_proj\\.weight"),
            Rule.of(
                    Role.PART_OF_A_CHECKPOINT,
                    "VAE in the original layout",
                    "(first_stage_model\\.)?decoder\\.up\\.\\d+\\.block\\..+"),
            Rule.of(Role.NETWORK_OF_A_FOLDER, "VAE in diffusers' layout", "decoder\\.up_blocks\\.\\d+\\.resnets\\..+"),
            Rule.of(Role.OTHER_MODEL, "T5 text encoder", "encoder\\.block\\.\\d+\\.layer\\.\\d+\\.SelfAttention\\..+"),
            Rule.of(
                    Role.OTHER_MODEL,
                    "CLIP image encoder",
                    "(vision_model|image_encoder\\.vision_model)\\.encoder\\.layers\\..+"),
            Rule.of(
                    Role.NETWORK_OF_A_FOLDER,
                    "CLIP text encoder",
                    "(text_model\\.)?encoder\\.layers\\.\\d+\\.self_attn\\..+"),
            Rule.of(
                    Role.PART_OF_A_CHECKPOINT,
                    "CLIP text encoder in the original layout",
                    "(cond_stage_model\\.|conditioner\\.)?.*transformer\\.resblocks\\.\\d+\\..+"),
            Rule.of(
                    Role.OTHER_MODEL,
                    "upscaler (ESRGAN)",
                    "(params(_ema)?\\.)?(model\\.1\\.sub\\.\\d+|body\\.\\d+\\.rdb\\d|RRDB_trunk\\.\\d+)\\..+"),
            Rule.of(
                    Role.OTHER_MODEL,
                    "language model",
                    "(model\\.)?(layers\\.\\d+\\.self_attn\\.q_proj|embed_tokens)\\.weight|lm_head\\.weight"
                            + "|(transformer\\.)?h\\.\\d+\\.attn\\..+"));

    /** What a file that is no checkpoint of a known {@link Family} seems to be. */
    public static FileKind of(Map<String, WeightEntry> entries) {
        for (Rule rule : RULES) {
            if (entries.keySet().stream()
                    .anyMatch(name -> rule.key().matcher(name).matches())) {
                return rule.kind();
            }
        }
        boolean vectors = !entries.isEmpty()
                && entries.size() <= 2
                && entries.values().stream()
                        .allMatch(entry -> entry.shape().size() <= 2
                                && entry.dtype().isFloatingPoint()
                                && entry.elements() <= LARGEST_EMBEDDING);
        return vectors ? WORD : UNKNOWN;
    }
}
