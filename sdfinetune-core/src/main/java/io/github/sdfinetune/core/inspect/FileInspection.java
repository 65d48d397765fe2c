package io.github.sdfinetune.core.inspect;

import io.github.sdfinetune.Inspection;
import io.github.sdfinetune.core.checkpoint.Family;
import io.github.sdfinetune.core.checkpoint.FileKind;
import io.github.sdfinetune.core.checkpoint.SingleFileCheckpoint;
import io.github.sdfinetune.core.checkpoint.TensorFile;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.layer.AdapterProvider;
import io.github.sdfinetune.core.weights.WeightFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Tells what one file is. */
final class FileInspection {
    private static final String UNTOLD_MODEL = "a model, which can be loaded with configurations from a folder";

    private FileInspection() {}

    static Inspection of(Path path, AdapterProvider adapters) {
        FileSignature signature = FileSignature.of(path);
        if (signature == FileSignature.PICTURE) {
            return PictureInspection.of(path);
        }
        Findings findings = new Findings(path);
        if (!signature.mayBeWeights()) {
            findings.problem("is no file of weights");
            return findings.inspection(signature.label(), "told by its first bytes", signature.remedy());
        }
        Optional<TensorFile> file = findings.attempt(() -> TensorFile.open(path));
        if (file.isEmpty()) {
            return findings.inspection(signature.label(), "told by its first bytes", signature.remedy());
        }
        findings.metadata(file.get().metadata());
        String format = WeightFile.isTorch(path) ? "torch, a pickle" : "safetensors";
        return Family.of(file.get().names()).isPresent()
                ? checkpoint(file.get(), format, findings)
                : tensors(file.get(), format, findings, adapters);
    }

    private static Inspection checkpoint(TensorFile file, String format, Findings findings) {
        Optional<SingleFileCheckpoint> opened = findings.attempt(
                () -> SingleFileCheckpoint.of(file, Optional.empty(), Optional.empty(), Optional.empty()));
        if (opened.isEmpty()) {
            findings.part("tensors", List.of(file.path()), file.entries().values());
            String family = Family.of(file.names()).map(Family::label).orElse("");
            return findings.inspection(family + ", one file", format, FolderInspection.FAULTY_MODEL);
        }
        SingleFileCheckpoint checkpoint = opened.get();
        ModelNetworks networks = new ModelNetworks(findings);
        boolean told = true;
        for (String name : ModelNetworks.NAMES) {
            if (checkpoint.has(name)) {
                Optional<JsonFile> config = findings.told(() -> checkpoint.config(name));
                told &= config.isPresent();
                networks.add(name, config, () -> checkpoint.weights(name, Optional.empty()));
            }
        }
        findings.note("a single file holds no tokenizer: give the folder of one, or of a model of the same family");
        String kind = checkpoint.family().label() + ", one file"
                + ModelNetworks.variant(
                        checkpoint.isInpainting(), checkpoint.prediction().word(), checkpoint.isZeroTerminalSnr());
        String sound = told ? FolderInspection.MODEL : UNTOLD_MODEL;
        return findings.inspection(kind, format, findings.hasProblems() ? FolderInspection.FAULTY_MODEL : sound);
    }

    private static Inspection tensors(TensorFile file, String format, Findings findings, AdapterProvider adapters) {
        if (file.entries().isEmpty()) {
            findings.problem("holds no tensors");
        }
        FileKind kind = FileKind.of(file.entries());
        TensorNotes notes = new TensorNotes(file.entries().values(), file.metadata());
        notes.of(kind).forEach(findings::note);
        if (kind.role() == FileKind.Role.ADAPTER) {
            findings.attempt(() -> adapters.check(file.path()))
                    .flatMap(Function.identity())
                    .ifPresent(word -> notes.ofWord(word).forEach(findings::note));
        }
        findings.part("tensors", List.of(file.path()), file.entries().values());
        return kind.role() == FileKind.Role.OTHER_MODEL
                ? findings.otherModel(kind.label(), format)
                : findings.inspection(kind.label(), format, findings.use(kind));
    }
}
