package io.github.sdfinetune;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** The layouts in which a whole model can stand on the disk. */
public enum ModelLayout {
    /** A folder with one folder per component and configurations beside the weights, as diffusers writes it. */
    DIFFUSERS,
    /**
     * One file with the weights of all networks, as the original programs, AUTOMATIC1111 and ComfyUI read it: safetensors if its name
     * ends in {@code .safetensors}, the zip form of {@code torch.save} if it ends in {@code .ckpt}, {@code .pt} or {@code .pth}.
     */
    SINGLE_FILE;

    private static final Pattern FILE_NAME = Pattern.compile("(?i).*\\.(safetensors|ckpt|pt|pth)");

    /** The layout that the name of a target says: that of one file if it ends as such files do, else that of a folder. */
    public static ModelLayout ofTarget(Path target) {
        return FILE_NAME.matcher(target.toString()).matches() ? SINGLE_FILE : DIFFUSERS;
    }

    /**
     * Finds a layout by {@linkplain io.github.sdfinetune name}.
     *
     * @throws IllegalArgumentException for an unknown name; the message lists the known ones
     */
    public static ModelLayout of(String name) {
        return ConstantNames.find(ModelLayout.class, "model layout", name);
    }
}
