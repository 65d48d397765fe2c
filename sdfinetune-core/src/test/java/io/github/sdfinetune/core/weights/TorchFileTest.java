package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.sdfinetune.core.weights.TorchBytes.Archive;
import io.github.sdfinetune.core.weights.TorchValue.Bytes;
import io.github.sdfinetune.core.weights.TorchValue.Dictionary;
import io.github.sdfinetune.core.weights.TorchValue.Name;
import io.github.sdfinetune.core.weights.TorchValue.Text;
import io.github.sdfinetune.core.weights.TorchValue.Whole;
import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchFileTest {
    private static final byte[] SIX = TorchBytes.floats(ByteOrder.LITTLE_ENDIAN, 0, 1, 2, 3, 4, 5);

    @TempDir
    Path folder;

    @Test
    void namesAreJoinedFromTheTree() throws IOException {
        TorchFile file = open(TorchBytes.pickle()
                .op("}(")
                .text("a")
                .vector("0", "FloatStorage", 6)
                .text("b")
                .op("}(")
                .text("*")
                .vector("0", "FloatStorage", 6)
                .whole(320)
                .op("]")
                .vector("0", "FloatStorage", 6)
                .op("auu")
                .end());
        assertThat(file.names()).containsExactly("a", "b.*", "b.320.0");
        assertThat(file.entries()).extracting(WeightEntry::name).containsExactly("a", "b.*", "b.320.0");
        assertThat(file.entry("b.*").floats()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThatThrownBy(() -> file.entry("c"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(file.path() + ": has no tensor 'c'");
    }

    @Test
    void onlyTheStateOfACheckpointIsListed() throws IOException {
        TorchFile file = open(TorchBytes.pickle()
                .op("}(")
                .text("momentum")
                .vector("0", "FloatStorage", 6)
                .text("state_dict")
                .op("}")
                .text("w")
                .vector("0", "FloatStorage", 6)
                .op("su")
                .end());
        assertThat(file.names()).containsExactly("w");
        assertThat(((Dictionary) file.content()).get("momentum")).isPresent();
    }

    @Test
    void twoTensorsOfOneNameAreRefused() throws IOException {
        byte[] pickle = TorchBytes.pickle()
                .op("}(")
                .text("a.b")
                .vector("0", "FloatStorage", 6)
                .text("a")
                .op("}")
                .text("b")
                .vector("0", "FloatStorage", 6)
                .op("su")
                .end();
        refuses(pickle).hasMessageEndingWith(": tensor 'a.b' occurs twice");
    }

    @Test
    void stridedViewsAreReadInOrder() throws IOException {
        assertThat(view(0, new long[] {3, 2}, new long[] {1, 3})).containsExactly(0, 3, 1, 4, 2, 5);
        assertThat(view(1, new long[] {2, 2}, new long[] {3, 1})).containsExactly(1, 2, 4, 5);
        assertThat(view(4, new long[] {2, 3}, new long[] {1, 0})).containsExactly(4, 4, 4, 5, 5, 5);
        assertThat(view(5, new long[] {}, new long[] {})).containsExactly(5);
        assertThat(view(0, new long[] {0, 7}, new long[] {7, 1})).isEmpty();
        assertThat(view(2, new long[] {1, 3, 1}, new long[] {99, 1, 99})).containsExactly(2, 3, 4);
    }

    private float[] view(long offset, long[] shape, long[] strides) throws IOException {
        return open(tensor(offset, shape, strides)).entry("w").floats();
    }

    private static byte[] tensor(long offset, long[] shape, long[] strides) {
        return TorchBytes.pickle()
                .op("}")
                .text("w")
                .tensor("0", "FloatStorage", 6, offset, shape, strides)
                .op("s")
                .end();
    }

    @Test
    void viewsBeyondTheirStorageAreRefused() throws IOException {
        refuses(tensor(1, new long[] {6}, new long[] {1}))
                .hasMessageEndingWith(
                        "storage '0' has a view that reaches element 6 of a storage of 6: shape [6], strides [1], offset 1");
        refuses(tensor(0, new long[] {2, 3}, new long[] {1})).hasMessageContaining("that can't be");
        refuses(tensor(-1, new long[] {1}, new long[] {1})).hasMessageContaining("that can't be");
        refuses(tensor(0, new long[] {1L << 40, 1L << 40}, new long[] {0, 0}))
                .hasMessageContaining("more elements than a file can hold");
        refuses(tensor(0, new long[] {1 << 20}, new long[] {0}))
                .hasMessageContaining("repeats the same elements until they take 4194304 bytes, the limit is 1048576");
        refuses(tensor(0, new long[33], new long[33])).hasMessageContaining("has 33 dimensions, the limit is 32");
    }

    @Test
    void bigEndianStoragesAreTurned() throws IOException {
        byte[] pickle = TorchBytes.pickle()
                .op("}")
                .text("w")
                .vector("0", "FloatStorage", 2)
                .op("s")
                .end();
        byte[] storage = TorchBytes.floats(ByteOrder.BIG_ENDIAN, 1.5f, -2);
        TorchFile zip = open(new Archive()
                .with("x/data.pkl", pickle)
                .with("x/byteorder", "big")
                .with("x/data/0", storage));
        assertThat(zip.entry("w").floats()).containsExactly(1.5f, -2);
        TorchFile legacy = TorchFile.open(write(TorchBytes.legacy(pickle, false, "0", 2, storage)));
        assertThat(legacy.entry("w").floats()).containsExactly(1.5f, -2);
        Archive unknown = new Archive().with("x/data.pkl", pickle).with("x/byteorder", "middle");
        refuses(unknown).hasMessageEndingWith(": 'x/byteorder' is \"middle\", expected \"little\" or \"big\"");
    }

    @Test
    void oldFilesThatContradictThemselvesAreRefused() throws IOException {
        byte[] pickle = vector();
        assertThat(TorchFile.open(write(TorchBytes.legacy(pickle, true, "0", 6, SIX)))
                        .names())
                .containsExactly("w");
        refusesFile(TorchBytes.legacy(pickle, true, "1", 6, SIX)).hasMessageContaining("does not mention");
        refusesFile(TorchBytes.legacy(pickle, true, "0", 5, SIX))
                .hasMessageEndingWith("storage '0' has 5 elements, its content says 6");
        refusesFile(TorchBytes.legacy(pickle, true, "0", 6, new byte[23])).hasMessageEndingWith("is cut off");
        refusesFile(TorchBytes.pickle().whole(7).end()).hasMessageContaining("torch's magic number");
    }

    @Test
    void archivesOfEveryFormAreRead() throws IOException {
        assertThat(open(archive()).entry("w").floats()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(open(archive().deflated()).entry("w").floats()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(open(archive().zip64()).entry("w").floats()).containsExactly(0, 1, 2, 3, 4, 5);
        Archive bare = new Archive().with("data.pkl", vector()).with("data/0", SIX);
        assertThat(open(bare).names()).containsExactly("w");
    }

    private static Archive archive() {
        return new Archive().with("any name/data.pkl", vector()).with("any name/data/0", SIX);
    }

    private static byte[] vector() {
        return tensor(0, new long[] {6}, new long[] {1});
    }

    @Test
    void damagedArchivesAreRefused() throws IOException {
        refuses(archive().method(12))
                .hasMessageContaining("encrypted or packed by method 12, expected stored or deflated");
        refuses(archive().with("other/data.pkl", vector()))
                .hasMessageEndingWith("its zip archive has 2 data.pkl, expected one");
        byte[] wrong = archive().build();
        wrong["any name/data.pkl".length() + 30 + 20] ^= 1;
        refusesFile(wrong).hasMessageContaining("the checksum of entry 'any name/data.pkl' is wrong");
        Archive withoutStorage = new Archive().with("x/data.pkl", vector());
        refuses(withoutStorage).hasMessageEndingWith("storage '0' is missing in the archive");
    }

    @Test
    void whatUnpacksToMuchIsRefused() throws IOException {
        byte[] pickle = TorchBytes.pickle()
                .op("}")
                .text("w")
                .vector("0", "ByteStorage", 1 << 20)
                .op("s")
                .end();
        Path path = write(new Archive()
                .with("x/data.pkl", pickle)
                .with("x/data/0", new byte[1 << 20])
                .deflated()
                .build());
        assertThat(TorchFile.open(path).entry("w").elements()).isEqualTo(1 << 20);
        assertThatThrownBy(() -> TorchFile.open(path, new ReadLimits(1000, 10, 10)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("unpack to more than");
        assertThatThrownBy(() -> TorchFile.open(path, new ReadLimits(100, 10, 10)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("the limit is 100");
    }

    @Test
    void unknownNamesAreRefusedAndNamed() throws IOException {
        Path path = write(new Archive()
                .with(
                        "x/data.pkl",
                        TorchBytes.pickle().global("os system").op(".").end())
                .build());
        assertThatThrownBy(() -> TorchFile.open(path))
                .isInstanceOfSatisfying(
                        ModelFormatException.class, e -> assertThat(e.key()).isEqualTo("os.system"))
                .hasMessage(path + ": its pickle names 'os.system', which no tensor needs; it was not executed");
        refuses(TorchBytes.pickle().global("os " + "x".repeat(1000)).end())
                .message()
                .hasSizeLessThan(600);
    }

    @Test
    void knownNamesAreCalledAsWhatTheyAreOnly() throws IOException {
        refuses(TorchBytes.pickle().global("torch FloatStorage").op(")R").end())
                .hasMessageEndingWith("'torch.FloatStorage' in its pickle can't be called");
        refuses(TorchBytes.pickle().text("os.system").op(")R").end())
                .hasMessageEndingWith("calls something that has no name");
        refuses(TorchBytes.pickle()
                        .global("torch._utils _rebuild_tensor_v2")
                        .op(")R")
                        .end())
                .hasMessageContaining("lacks its argument 0, expected a Tensor");
        refuses(TorchBytes.pickle().op("]}b").end()).hasMessageEndingWith("gives a state to something that has none");
        refuses(TorchBytes.pickle().text("x").op("Q").end()).hasMessageEndingWith("that is no storage");
    }

    @Test
    void whatStandsBesideTheWeightsOfATrainingRunIsKeptByName() throws IOException {
        Dictionary content = (Dictionary) open(TorchBytes.pickle()
                        .op("}(")
                        .text("loss")
                        .global("numpy.core.multiarray scalar")
                        .op("(")
                        .global("numpy dtype")
                        .op("(")
                        .text("f8")
                        .op(0x89, 0x88)
                        .op("tR}b")
                        .global("_codecs encode")
                        .op("(")
                        .text("\u00ff")
                        .text("latin1")
                        .op("tR")
                        .op("tR")
                        .text("callbacks")
                        .op("}")
                        .global("pytorch_lightning.callbacks.model_checkpoint ModelCheckpoint")
                        .op("}s")
                        .text("dtype")
                        .global("torch float16")
                        .text("device")
                        .global("torch device")
                        .text("cuda")
                        .op(0x85)
                        .op("R")
                        .text("seed")
                        .op(0x8a, 9)
                        .raw(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, 0})
                        .op("u")
                        .end())
                .content();
        assertThat(content.get("loss")).contains(new Name("numpy.core.multiarray.scalar"));
        assertThat(content.get("dtype")).contains(new Name("torch.float16"));
        assertThat(content.get("device")).contains(new Text("cuda"));
        assertThat(content.get("seed"))
                .contains(new Whole(BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE)));
        assertThat(((Dictionary) content.get("callbacks").orElseThrow()).items())
                .containsOnlyKeys(new Name("pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint"));
    }

    @Test
    void bytesAreKept() throws IOException {
        Dictionary content = (Dictionary) open(TorchBytes.pickle()
                        .op("}(")
                        .text("new")
                        .op('C', 2, 7, 8)
                        .text("old")
                        .global("_codecs encode")
                        .text("\u00ff")
                        .text("latin1")
                        .op(0x86)
                        .op("Ru")
                        .end())
                .content();
        assertThat(content.get("new")).contains(new Bytes(ByteBuffer.wrap(new byte[] {7, 8})));
        assertThat(content.get("old")).contains(new Bytes(ByteBuffer.wrap(new byte[] {-1})));
    }

    @Test
    void limitsHold() throws IOException {
        byte[] deep = TorchBytes.pickle().op("]".repeat(101) + "a".repeat(100)).end();
        assertThat(open(deep).names()).isEmpty();
        refuses(TorchBytes.pickle().op("]".repeat(102) + "a".repeat(101)).end())
                .hasMessageEndingWith("has values nested more than 100 deep");
        byte[] selfContaining = TorchBytes.pickle().op("]q\0h\0a").end();
        refuses(selfContaining).hasMessageEndingWith("has values nested more than 100 deep");
        refuses(TorchBytes.pickle().op("]" + "N0".repeat(250_000)).end())
                .hasMessageEndingWith("asks for more than 500000 values, no model has so many");
        refuses(TorchBytes.pickle().op("}").text("x".repeat(1001)).op("Ns").end())
                .hasMessageEndingWith("has a key of more than 1000 characters");
        refuses(TorchBytes.pickle().op("}]Ns").end()).hasMessageContaining("neither texts, numbers nor names");
        Path two = write(
                new Archive().with("data.pkl", vector()).with("data/0", SIX).build());
        assertThatThrownBy(() -> TorchFile.open(two, new ReadLimits(1000, 2, 1, 10, 10, 10)))
                .hasMessageContaining("asks for more than 10 values");
    }

    @ParameterizedTest
    @ValueSource(strings = {"]", ")", "}", "N", "K\1", "X\1\0\0\0a", "C\1a", "(", "\u0094", "\u008a\1\1", "h\1"})
    void memoryStaysASmallMultipleOfTheFile(String opcodes) throws IOException {
        byte[] pickle = TorchBytes.pickle().op("]q\1" + opcodes.repeat(490_000)).end();
        Path path = write(new Archive().with("data.pkl", pickle).build());
        long allocated = allocatedBy(() -> {
            try {
                assertThat(TorchFile.open(path).names()).isEmpty();
            } catch (ModelFormatException e) {
                assertThat(e).hasMessageContaining("its pickle ends with ");
            }
        });
        assertThat(allocated).isLessThan(128 << 20);
    }

    @Test
    void keysOfEqualHashesTakeNoLonger() throws IOException {
        TorchBytes pickle = TorchBytes.pickle().op("}(");
        int keys = 1 << 16;
        for (int i = 0; i < keys; i++) {
            StringBuilder key = new StringBuilder();
            for (int bit = 0; bit < 16; bit++) {
                key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            pickle.text(key.toString()).op("N");
        }
        byte[] bytes = pickle.op("u").end();
        Dictionary content = Assertions.assertTimeout(
                Duration.ofSeconds(5), () -> (Dictionary) open(bytes).content());
        assertThat(content.items()).hasSize(keys);
    }

    @Test
    void storagesAreMappedNotRead() throws IOException {
        int bytes = 64 << 20;
        byte[] pickle = TorchBytes.pickle()
                .op("}")
                .text("w")
                .vector("0", "ByteStorage", bytes)
                .op("s")
                .end();
        Path path = write(new Archive()
                .with("data.pkl", pickle)
                .with("data/0", new byte[bytes])
                .build());
        long allocated = allocatedBy(
                () -> assertThat(TorchFile.open(path).entry("w").data().get(bytes - 1))
                        .isZero());
        assertThat(allocated).isLessThan(1 << 20);
    }

    private static long allocatedBy(Runnable work) {
        work.run();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        refusesFile(new byte[0]).hasMessageContaining("is no torch file");
        refusesFile(new byte[] {1, 2, 3}).hasMessageContaining("is no torch file");
        refusesFile("version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8))
                .hasMessageContaining("Git LFS pointer");
        assertThatThrownBy(() -> TorchFile.open(folder)).hasMessage(folder + ": is a folder, expected a torch file");
        Path missing = folder.resolve("missing.pt");
        assertThatThrownBy(() -> TorchFile.open(missing)).hasMessage(missing + ": no such file");
    }

    @Test
    void anInterruptedThreadIsCancelled() throws IOException {
        Path file = write(archive().build());
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> TorchFile.open(file)).isInstanceOf(CancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        }
    }

    private TorchFile open(byte[] pickle) throws IOException {
        return open(new Archive().with("x/data.pkl", pickle).with("x/data/0", SIX));
    }

    private TorchFile open(Archive archive) throws IOException {
        return TorchFile.open(write(archive.build()));
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refuses(byte[] pickle) throws IOException {
        return refuses(new Archive().with("x/data.pkl", pickle).with("x/data/0", SIX));
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refuses(Archive archive) throws IOException {
        return refusesFile(archive.build());
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refusesFile(byte[] bytes) throws IOException {
        Path path = write(bytes);
        return assertThatThrownBy(() -> TorchFile.open(path))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(path + ": ");
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("file.pt"), bytes);
    }
}
