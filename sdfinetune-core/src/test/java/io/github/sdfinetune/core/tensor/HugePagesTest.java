package io.github.sdfinetune.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class HugePagesTest {

    @AfterEach
    void restore() {
        call("unsetenv", HugePages.VARIABLE);
        HugePages.enable();
    }

    @Test
    void libtorchIsToldWhenItStarts() {
        Torch.start();
        assertThat(variable()).isEqualTo("1");
    }

    @Test
    void whatTheUserSaidStays() {
        call("setenv", HugePages.VARIABLE, "0", 1);
        HugePages.enable();
        assertThat(variable()).isEqualTo("0");
    }

    /** As native code sees it; Java's own copy of the environment was made when the process began. */
    private static String variable() {
        return NativeLibrary.getProcess().getFunction("getenv").invokeString(new Object[] {HugePages.VARIABLE}, false);
    }

    private static void call(String function, Object... arguments) {
        NativeLibrary.getProcess().getFunction(function).invokeInt(arguments);
    }
}
