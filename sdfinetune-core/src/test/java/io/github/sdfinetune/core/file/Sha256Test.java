package io.github.sdfinetune.core.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class Sha256Test {
    /** From FIPS 180-2, appendix B.1. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void bytesMayComeInParts() {
        assertThat(new Sha256()
                        .add((byte) 'a')
                        .add(ByteBuffer.wrap(new byte[] {'b', 'c'}))
                        .hex())
                .isEqualTo(ABC);
    }

    @Test
    void textsThatFollowEachOtherAreNotJoined() {
        assertThat(new Sha256().add("ab").add("c").hex())
                .isNotEqualTo(new Sha256().add("a").add("bc").hex());
    }

    @Test
    void numbersCountAsTheyStandInAFile() {
        float[] values = new float[100_000];
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            values[i] = i / 7f;
            bytes.putFloat(values[i]);
        }
        assertThat(new Sha256().add(values).hex())
                .isEqualTo(new Sha256().add(bytes.flip()).hex());
    }
}
