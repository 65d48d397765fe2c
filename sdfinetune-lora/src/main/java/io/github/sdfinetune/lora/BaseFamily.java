package io.github.sdfinetune.lora;

import io.github.sdfinetune.core.config.PublishedUNet;
import java.util.Optional;
import java.util.regex.Pattern;

/** For which family of models a LoRA was made, as far as its layers tell. */
final class BaseFamily {
    /** Where text states enter a UNet. */
    private static final Pattern TEXT_ENTRY = Pattern.compile("unet\\..+\\.attn2\\.to_[kv]");

    /** What SD 1.x and 2.x don't have: a second text encoder, several blocks in a transformer, numbers of the picture's size. */
    private static final Pattern ONLY_IN_SDXL = Pattern.compile(
            "text_encoder_2\\..+|unet\\.(.+\\.transformer_blocks\\.[1-9]|add_embedding|label_emb)\\..+");

    private BaseFamily() {}

    static Optional<PublishedUNet> of(LoraAdapter adapter) {
        Optional<PublishedUNet> byWidth = adapter.modules().stream()
                .filter(module -> TEXT_ENTRY.matcher(module.layer()).matches())
                .flatMap(module -> PublishedUNet.ofTextWidth(module.down().columns()).stream())
                .findFirst();
        return byWidth.or(() -> adapter.modules().stream()
                .filter(module -> ONLY_IN_SDXL.matcher(module.layer()).matches())
                .map(module -> PublishedUNet.SDXL)
                .findFirst());
    }
}
