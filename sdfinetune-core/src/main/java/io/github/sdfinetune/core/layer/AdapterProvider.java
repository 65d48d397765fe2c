package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.NoiseSource;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.Optional;

/** The seam to the module that knows adapters, found with {@link java.util.ServiceLoader}. */
public interface AdapterProvider {

    /** See {@link Adapter#load(Path)}. */
    Adapter load(Path file);

    /**
     * Checks what can be told of an adapter without reading its factors.
     *
     * @return the word that it teaches, if it is one
     * @throws ModelFormatException if {@link #load} would refuse it
     */
    Optional<String> check(Path file);

    /**
     * Matches an adapter with the layers of a model; a word that it teaches is matched with the text encoders where prompts are read.
     * The tensors it needs live in the scope that is open.
     *
     * @param scale how strongly it acts
     * @throws ModelFormatException if a key of the adapter matches no layer, or has another shape than the layer; the message
     *     lists the keys
     */
    Patches bind(Adapter adapter, AdapterScale scale, AdaptedModel model);

    /**
     * An adapter to be trained, which changes nothing yet.
     *
     * @param initial draws the first factors
     * @param dropout draws which inputs are dropped; must stay open as long as the result is used
     * @param arena owns the parameters
     */
    TrainableAdapter create(
            TrainerConfig config,
            Layers layers,
            Numerics numerics,
            NoiseSource initial,
            NoiseSource dropout,
            Arena arena);
}
