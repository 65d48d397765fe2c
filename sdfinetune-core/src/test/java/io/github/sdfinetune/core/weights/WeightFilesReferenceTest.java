package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.core.testing.ReferenceFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reference")
final class WeightFilesReferenceTest {
    private static final String DIFFUSERS = "diffusion_pytorch_model";

    @Test
    void theVariantHoldsTheSameWeights() {
        WeightFiles plain = open("models/sd1/unet", DIFFUSERS);
        WeightFiles half = open("models/variants/sd1-fp16/unet", DIFFUSERS);
        assertThat(plain.variant()).isEmpty();
        assertThat(half.variant()).contains("fp16");
        assertThat(half.names()).containsExactlyInAnyOrderElementsOf(plain.names());
        for (WeightEntry entry : plain.entries()) {
            assertThat(half.entry(entry.name()).dtype()).isEqualTo(DType.F16);
            assertThat(half.entry(entry.name()).floats()).as(entry.name()).containsExactly(entry.floats());
        }
    }

    @Test
    void shardsHoldTheSameWeightsAsTheSingleFile() {
        WeightFiles single = open("models/sd1-controlnet", DIFFUSERS);
        WeightFiles sharded = open("models/variants/controlnet-sharded-fp16", DIFFUSERS);
        assertThat(sharded.variant()).contains("fp16");
        assertThat(sharded.files()).hasSizeGreaterThan(1);
        assertThat(sharded.names()).containsExactlyInAnyOrderElementsOf(single.names());
        for (WeightEntry entry : single.entries()) {
            assertThat(sharded.entry(entry.name()).floats()).as(entry.name()).containsExactly(entry.floats());
        }
        assertThat(open("models/sd1-inpaint/unet", DIFFUSERS).files()).hasSizeGreaterThan(1);
    }

    @Test
    void theHashCoversTheBytesOfAllFiles() throws IOException, NoSuchAlgorithmException {
        WeightFiles weights = open("models/variants/controlnet-sharded-fp16", DIFFUSERS);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Path file : weights.files()) {
            digest.update(Files.readAllBytes(file));
        }
        assertThat(FileHash.of(weights.files())).isEqualTo(HexFormat.of().formatHex(digest.digest()));
    }

    private static WeightFiles open(String folder, String baseName) {
        Path path = ReferenceFolder.get().path(folder);
        Assumptions.assumeTrue(Files.isDirectory(path), () -> "the reference data has no " + folder);
        return WeightFiles.open(path, baseName, Optional.empty());
    }
}
