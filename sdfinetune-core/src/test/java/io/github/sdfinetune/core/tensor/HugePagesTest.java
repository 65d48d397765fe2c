package io.github.sdfinetune.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class HugePagesTest {

    @Test
    void libtorchIsToldWhenItStarts() {
        Torch.start();
        assertThat(variable()).isEqualTo("1");
    }

    @Test
    void whatTheUserSaidStays() {
        Torch.start();
        String before = variable();
        try {
            call("setenv", HugePages.VARIABLE, "0", 1);
            HugePages.enable();
            assertThat(variable()).isEqualTo("0");
        } finally {
            // As it was before, and not by enabling it, so that the other test sees what the start did.
            restore(before);
        }
    }

    private static void restore(@Nullable String before) {
        if (before == null) {
            call("unsetenv", HugePages.VARIABLE);
        } else {
            call("setenv", HugePages.VARIABLE, before, 1);
        }
    }

    /** As native code sees it; Java's own copy of the environment was made when the process began. */
    private static @Nullable String variable() {
        return NativeLibrary.getProcess().getFunction("getenv").invokeString(new Object[] {HugePages.VARIABLE}, false);
    }

    private static void call(String function, Object... arguments) {
        NativeLibrary.getProcess().getFunction(function).invokeInt(arguments);
    }
}
