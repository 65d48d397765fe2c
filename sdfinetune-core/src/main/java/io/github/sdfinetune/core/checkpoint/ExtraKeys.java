package io.github.sdfinetune.core.checkpoint;

import java.util.List;
import java.util.regex.Pattern;

/** What single files hold beside the weights that a model needs: tables of the noise schedule, averaged copies, notes. */
final class ExtraKeys {
    private static final Pattern EXTRA = Pattern.compile(
            String.join(
                    "|",
                    List.of(
                            // the noise schedule, which follows from its settings
                            "betas|alphas_cumprod|alphas_cumprod_prev|sqrt_alphas_cumprod|sqrt_one_minus_alphas_cumprod",
                            "log_one_minus_alphas_cumprod|sqrt_recip_alphas_cumprod|sqrt_recipm1_alphas_cumprod",
                            "posterior_variance|posterior_log_variance_clipped|posterior_mean_coef[12]|lvlb_weights|logvar",
                            "denoiser\\.(sigmas|log_sigmas)|scale_factor|v_pred|ztsnr",
                            // what training leaves behind
                            "global_step|model_ema\\..*|first_stage_model\\.(loss|model_ema)\\..*",
                            // parts of CLIP that tell how well a text fits a picture
                            "(cond_stage_model|conditioner\\.embedders\\.\\d)\\.(.*\\.)?logit_scale",
                            "(cond_stage_model|conditioner\\.embedders\\.\\d)\\.model\\.attn_mask",
                            "cond_stage_model\\.model\\.text_projection",
                            "(cond_stage_model|conditioner\\.embedders\\.0)\\.transformer\\.text_projection\\.weight",
                            "(cond_stage_model|conditioner\\.embedders\\.0)\\.transformer\\.(vision_model|visual_projection)\\..*")));

    private ExtraKeys() {}

    static boolean isExtra(String key) {
        return EXTRA.matcher(key).matches();
    }
}
