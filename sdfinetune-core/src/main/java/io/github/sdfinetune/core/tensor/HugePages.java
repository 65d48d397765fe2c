package io.github.sdfinetune.core.tensor;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * Has libtorch ask Linux for pages of 2 MiB for its large tensors. Each tensor is memory that the system maps and clears anew; in
 * pages of 4 KiB that is a sixth of the time of a denoising step.
 */
final class HugePages {
    /** Read by libtorch when it allocates first; an application or a user who set it decides. */
    static final String VARIABLE = "THP_MEM_ALLOC_ENABLE";

    private HugePages() {}

    /** To be called before libtorch is loaded. Where it can't be done tensors are as right, and slower. */
    static void enable() {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            int keep = 0;
            NativeLibrary.getProcess().getFunction("setenv").invokeInt(new Object[] {VARIABLE, "1", keep});
        } catch (LinkageError e) {
            // JNA could not unpack its own library.
        }
    }
}
