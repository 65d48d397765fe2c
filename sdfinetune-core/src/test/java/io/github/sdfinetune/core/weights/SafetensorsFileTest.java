package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsFileTest {
    @TempDir
    Path folder;

    @Test
    void tensorsAndMetadataAreRead() throws IOException {
        SafetensorsFile file = SafetensorsFile.open(write(
                "{'__metadata__':{'format':'pt','é':''},'b':{'dtype':'I8','shape':[],'data_offsets':[8,9]},"
                        + "'a':{'dtype':'F32','shape':[2,1],'data_offsets':[0,8]}}   ",
                ByteBuffer.allocate(9)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(1.5f)
                        .putFloat(-2)
                        .put((byte) -3)));
        assertThat(file.names()).containsExactly("a", "b");
        assertThat(file.metadata()).hasSize(2).containsEntry("format", "pt").containsEntry("é", "");
        assertThat(file.entry("a").shape()).containsExactly(2L, 1L);
        assertThat(file.floats("a")).containsExactly(1.5f, -2);
        assertThat(file.entry("b").shape()).isEmpty();
        assertThat(file.longs("b")).containsExactly(-3);
        assertThat(file.floats("b")).containsExactly(-3);
    }

    @Test
    void anInterruptedThreadIsCancelled() throws IOException {
        Path file = write("{}", ByteBuffer.allocate(0));
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(CancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        }
    }

    @Test
    void everyHalfIsConverted() {
        ByteBuffer halves = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits = 0; bits < 1 << 16; bits++) {
            halves.putShort((short) bits);
        }
        float[] floats = new WeightEntry(folder, "halves", DType.F16, List.of(65536L), halves.flip()).floats();
        assertThat(floats[0x0001]).isEqualTo(0x1p-24f);
        assertThat(floats[0x03ff]).isEqualTo(0x1.ff8p-15f);
        assertThat(floats[0x0400]).isEqualTo(0x1p-14f);
        assertThat(floats[0x3c00]).isEqualTo(1);
        assertThat(floats[0x7bff]).isEqualTo(65504);
        assertThat(floats[0x7c00]).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(floats[0x7e00]).isNaN();
        for (int bits = 0; bits < 0x7c00; bits++) {
            assertThat(floats[bits | 0x8000]).isEqualTo(-floats[bits]);
            assertThat(floats[bits + 1]).isGreaterThan(floats[bits]);
        }
    }

    @Test
    void integersAreSignedAsTheirTypeSays() {
        byte[] eight = {-1, 0, -1, -1, -1, -1, -1, -1};
        assertThat(entry(DType.BOOL, new byte[] {1, 0}).longs()).containsExactly(1, 0);
        assertThat(entry(DType.U8, new byte[] {-1, 7}).longs()).containsExactly(255, 7);
        assertThat(entry(DType.I8, new byte[] {-1, 7}).longs()).containsExactly(-1, 7);
        assertThat(entry(DType.I16, new byte[] {-1, 0, 0, -128}).longs()).containsExactly(255, -32768);
        assertThat(entry(DType.I32, new byte[] {-1, 0, 0, -128}).longs()).containsExactly(Integer.MIN_VALUE + 255);
        assertThat(entry(DType.I64, eight).longs()).containsExactly(-65281);
        assertThat(entry(DType.I64, eight).floats()).containsExactly(-65281);
    }

    private WeightEntry entry(DType dtype, byte[] bytes) {
        return new WeightEntry(
                folder, "x", dtype, List.of((long) bytes.length / dtype.bytes()), ByteBuffer.wrap(bytes));
    }

    @Test
    void dataCanNotBeChangedAndViewsAreIndependent() throws IOException {
        WeightEntry entry = SafetensorsFile.open(one("F32", "[1]", 4)).entry("x");
        ByteBuffer data = entry.data();
        assertThat(data.getFloat()).isZero();
        assertThat(entry.data().position()).isZero();
        assertThatThrownBy(() -> data.putFloat(0, 1)).isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void filesBeyondTwoGigabytesAreRead() throws IOException {
        long size = 1L << 30;
        String header = "{'a':{'dtype':'U8','shape':[" + size + "],'data_offsets':[0," + size + "]},"
                + "'b':{'dtype':'U8','shape':[" + size + "],'data_offsets':[" + size + "," + 2 * size + "]},"
                + "'c':{'dtype':'F32','shape':[2],'data_offsets':[" + 2 * size + "," + (2 * size + 8) + "]}}";
        Path path = write(header, ByteBuffer.allocate(0));
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(sparse.length() + 2 * size + 8);
            sparse.seek(sparse.length() - 9);
            sparse.write(7);
            sparse.writeInt(0x0000803f);
        }
        SafetensorsFile file = SafetensorsFile.open(path);
        assertThat(file.entry("b").data().get((int) size - 1)).isEqualTo((byte) 7);
        assertThat(file.floats("c")).containsExactly(1, 0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    {}  x                                                          | its header is no valid JSON
                    []                                                             | its header is no valid JSON
                    {'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}          | its header is no valid JSON
                    {'x':5}                                                        | tensor 'x' is not described by an object
                    {'x':{'shape':[1],'data_offsets':[0,4]}}                       | tensor 'x' lacks one of dtype, shape, data_offsets
                    {'x':{'dtype':'F32','shape':[1],'data_offsets':[4]}}           | tensor 'x' lacks one of dtype, shape, data_offsets
                    {'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4,4]}}       | tensor 'x' has a data_offsets with more than 2 numbers
                    {'x':{'dtype':4,'shape':[1],'data_offsets':[0,4]}}             | tensor 'x' has a dtype that is no string
                    {'x':{'dtype':'F8_E4M3','shape':[1],'data_offsets':[0,4]}}     | tensor 'x' has dtype "F8_E4M3", expected one of [BOOL, U8,
                    {'x':{'dtype':'F32','shape':1,'data_offsets':[0,4]}}           | tensor 'x' has a shape that is no list
                    {'x':{'dtype':'F32','shape':['1'],'data_offsets':[0,4]}}       | tensor 'x' has a shape that is no list of numbers
                    {'x':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}}       | tensor 'x' has 1.0 in its shape, expected a whole number
                    {'x':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}        | tensor 'x' has -1 in its shape, expected a whole number
                    {'x':{'dtype':'F32','shape':[1,1,1,1],'data_offsets':[0,4]}}   | tensor 'x' has a shape with more than 3 numbers
                    {'x':{'dtype':'F32','shape':[1],'shape':[1],'data_offsets':[0,4]}} | tensor 'x' has two values for 'shape'
                    {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}         | tensor 'x' has data_offsets [0, 4], but F32 of shape [2] takes 8 bytes
                    {'x':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,0]}} | tensor 'x' has more elements than a file can hold
                    {'x':{'dtype':'U8','shape':[2147483648],'data_offsets':[0,2147483648]}} | tensor 'x' takes 2147483648 bytes, supported are tensors up to 2 GiB
                    {'x':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}}          | tensor 'x' starts at byte 1 of the data, expected 0 (there is a hole)
                    {'x':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},'y':{'dtype':'U8','shape':[2],'data_offsets':[1,3]}} | tensor 'y' starts at byte 1 of the data, expected 2 (it overlaps another)
                    {'x':{'dtype':'U8','shape':[3],'data_offsets':[0,3]}}          | its tensors cover 3 bytes of data, the file has 4 (there is something behind them)
                    {'x':{'dtype':'U8','shape':[5],'data_offsets':[0,5]}}          | its tensors cover 5 bytes of data, the file has 4 (it is cut off)
                    {'x':{'dtype':'U8','shape':[0],'data_offsets':[0,0]},'x':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}} | tensor 'x' occurs twice
                    {'__metadata__':{'k':1}}                                       | metadata 'k' is no string
                    {'__metadata__':{'k':'1','k':'2'}}                             | metadata 'k' occurs twice
                    {'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'b':{'dtype':'U8','shape':[1],'data_offsets':[1,2]},'c':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}} | has more than 2 tensors
                    """)
    void lyingHeadersAreRefused(String header, String problem) throws IOException {
        Path path = write(header, ByteBuffer.allocate(4));
        assertThatThrownBy(() -> SafetensorsFile.open(path, new ReadLimits(1000, 2, 3)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(path + ": " + problem);
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(one("F32", "[2]", 8));
        for (int length = 0; length < whole.length; length++) {
            Path path = folder.resolve("cut.safetensors");
            Files.write(path, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SafetensorsFile.open(path)).isInstanceOf(ModelFormatException.class);
        }
    }

    @Test
    void headersBeyondTheLimitAreRefused() throws IOException {
        Path path = one("F32", "[2]", 8);
        assertThatThrownBy(() -> SafetensorsFile.open(path, new ReadLimits(20, 1, 1)))
                .hasMessageStartingWith(path + ": is no safetensors file: a header of ")
                .hasMessageEndingWith("the limit is 20");
    }

    @Test
    void missingFilesFoldersAndPointersAreNamed() throws IOException {
        Path missing = folder.resolve("missing.safetensors");
        assertThatThrownBy(() -> SafetensorsFile.open(missing))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> SafetensorsFile.open(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("is a folder");
        Path pointer = Files.writeString(folder.resolve("p"), "version https://git-lfs.github.com/spec/v1\n");
        assertThatThrownBy(() -> SafetensorsFile.open(pointer)).hasMessageContaining("Git LFS pointer");
    }

    @Test
    void theMissingOrUnfitTensorIsNamed() throws IOException {
        SafetensorsFile file = SafetensorsFile.open(one("F32", "[2]", 8));
        assertThatThrownBy(() -> file.floats("y"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(file.path() + ": has no tensor 'y'");
        assertThatThrownBy(() -> file.longs("x"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(file.path() + ": tensor 'x' has type F32, expected whole numbers");
    }

    @Test
    void limitsMustBePositive() {
        assertThatThrownBy(() -> new ReadLimits(1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private Path one(String dtype, String shape, int bytes) throws IOException {
        String header = "{'x':{'dtype':'" + dtype + "','shape':" + shape + ",'data_offsets':[0," + bytes + "]}}";
        return write(header, ByteBuffer.allocate(bytes));
    }

    private Path write(String header, ByteBuffer data) throws IOException {
        byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + data.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json).put(data.clear());
        return Files.write(folder.resolve("test.safetensors"), file.array());
    }
}
