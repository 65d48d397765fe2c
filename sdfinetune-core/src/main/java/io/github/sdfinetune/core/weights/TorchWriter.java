package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.file.AtomicFile;
import io.github.sdfinetune.error.OutputException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Writes torch files, in the zip form that {@code torch.save} has written since 1.6 and that {@code torch.load} reads with
 * {@code weights_only}: a dictionary with the tensors under {@code state_dict}, each with a storage of its own.
 */
public final class TorchWriter {
    private static final String FOLDER = "archive/";
    private static final String VERSION = "3\n";

    private TorchWriter() {}

    /**
     * Writes a file, replacing one that exists. Tensors are asked for their data one after the other. If anything fails, what
     * was at the target before is still there.
     *
     * @param globalStep what the file says of the training that made the tensors
     * @throws OutputException if the file can't be written
     * @throws IllegalArgumentException if a tensor's data has another length than its shape says
     */
    public static void write(Path target, Map<String, TensorSource> tensors, OptionalLong globalStep) {
        List<Map.Entry<String, TensorSource>> ordered = List.copyOf(tensors.entrySet());
        ByteBuffer pickle = pickle(ordered, globalStep);
        AtomicFile.write(target, channel -> {
            ZipWriter archive = new ZipWriter(channel);
            archive.add(FOLDER + "data.pkl", pickle);
            archive.add(FOLDER + "byteorder", text("little"));
            for (int i = 0; i < ordered.size(); i++) {
                Map.Entry<String, TensorSource> tensor = ordered.get(i);
                archive.add(FOLDER + "data/" + i, tensor.getValue().checkedData(tensor.getKey()));
            }
            archive.add(FOLDER + "version", text(VERSION));
            archive.finish();
        });
    }

    private static ByteBuffer text(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private static ByteBuffer pickle(List<Map.Entry<String, TensorSource>> tensors, OptionalLong globalStep) {
        PickleWriter pickle = new PickleWriter().op('}');
        globalStep.ifPresent(step -> pickle.text("global_step").whole(step).op('s'));
        pickle.text("state_dict").op('}');
        for (int i = 0; i < tensors.size(); i++) {
            pickle.text(tensors.get(i).getKey());
            addTensor(pickle, Integer.toString(i), tensors.get(i).getValue());
            pickle.op('s');
        }
        return pickle.op('s').finish();
    }

    /** A call of {@code _rebuild_tensor_v2} with storage, offset, shape, strides, no gradient and no hooks. */
    private static void addTensor(PickleWriter pickle, String storage, TensorSource tensor) {
        pickle.name("torch._utils._rebuild_tensor_v2").op('(');
        pickle.op('(').text("storage").name(TorchObjects.storageOf(tensor.dtype()));
        pickle.text(storage).text("cpu").whole(tensor.elements()).op('t').op('Q');
        pickle.whole(0).tuple(tensor.shape()).tuple(strides(tensor.shape()));
        pickle.op(0x89).name("collections.OrderedDict").op(')').op('R').op('t').op('R');
    }

    /** Those of a tensor in row-major order; a dimension of size 0 counts as 1, as in torch. */
    private static List<Long> strides(List<Long> shape) {
        List<Long> strides = new ArrayList<>();
        long stride = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            strides.add(0, stride);
            stride *= Math.max(shape.get(i), 1);
        }
        return strides;
    }
}
