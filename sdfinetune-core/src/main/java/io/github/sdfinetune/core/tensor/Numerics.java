package io.github.sdfinetune.core.tensor;

import io.github.sdfinetune.Precision;

/**
 * In which numbers, where and in which memory layout a network computes. Measured on processors with AMX: bfloat16 convolutions
 * are many times faster with channels last, float32 ones without.
 *
 * @param storage the type in which weights are held
 * @param compute the type of activations; weights stored otherwise are converted at each use
 * @param channelsLast whether feature maps have their channels innermost
 * @param device {@code "cpu"} or {@code "cuda:N"}
 */
public record Numerics(ScalarType storage, ScalarType compute, boolean channelsLast, String device) {

    /** What a precision means on a device. A CPU has no fast float16, so there it is a storage form only. */
    public static Numerics of(Precision precision, String device) {
        ScalarType storage = ScalarType.of(precision);
        boolean storageOnly = precision == Precision.FLOAT16 && device.equals("cpu");
        return new Numerics(
                storage, storageOnly ? ScalarType.FLOAT32 : storage, precision == Precision.BFLOAT16, device);
    }

    /** Float32 on the CPU. */
    public static Numerics float32() {
        return of(Precision.FLOAT32, "cpu");
    }

    /** Brings values from outside, such as latents or text states, into the form in which networks compute. */
    public Tensor enter(Tensor values) {
        Tensor here = device.equals("cpu") ? values : values.to(device);
        Tensor converted = here.to(compute);
        return channelsLast && values.rank() == 4 ? converted.channelsLast() : converted;
    }

    /** Lays a feature map out as convolutions want it; the same memory if it is already. */
    public Tensor layOut(Tensor map) {
        return channelsLast ? map.channelsLast() : map.contiguous();
    }
}
