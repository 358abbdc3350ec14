package org.onpar.runtimes;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.onpar.core.Dtype;
import org.onpar.core.Tensor;
import org.pytorch.DType;
import org.pytorch.MemoryFormat;

/** PyTorch's tensors from the core's, and back. */
final class PyTorchTensors {
    private PyTorchTensors() {}

    /** A copy, in memory outside of Java's heap, from which PyTorch computes. */
    static org.pytorch.Tensor given(Tensor tensor) {
        long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
        ByteBuffer bytes = tensor.bytes();
        int items = bytes.remaining() / tensor.dtype.bytes;
        switch (tensor.dtype) {
            case UINT8:
                ByteBuffer pixels = org.pytorch.Tensor.allocateByteBuffer(items);
                pixels.duplicate().put(bytes);
                return org.pytorch.Tensor.fromBlobUnsigned(pixels, shape);
            case INT8:
                ByteBuffer signed = org.pytorch.Tensor.allocateByteBuffer(items);
                signed.duplicate().put(bytes);
                return org.pytorch.Tensor.fromBlob(signed, shape);
            case FLOAT32:
                FloatBuffer floats = org.pytorch.Tensor.allocateFloatBuffer(items);
                floats.duplicate().put(bytes.asFloatBuffer());
                return org.pytorch.Tensor.fromBlob(floats, shape);
            case INT32:
                IntBuffer ints = org.pytorch.Tensor.allocateIntBuffer(items);
                ints.duplicate().put(bytes.asIntBuffer());
                return org.pytorch.Tensor.fromBlob(ints, shape);
            case INT64:
                LongBuffer longs = org.pytorch.Tensor.allocateLongBuffer(items);
                longs.duplicate().put(bytes.asLongBuffer());
                return org.pytorch.Tensor.fromBlob(longs, shape);
            default:
                throw new AssertionError(tensor.dtype);
        }
    }

    /** Its item type, null where a capture cannot hold it. */
    static Dtype dtype(org.pytorch.Tensor value) {
        return value.dtype() == DType.UINT8 ? Dtype.UINT8
                : value.dtype() == DType.INT8 ? Dtype.INT8
                : value.dtype() == DType.FLOAT32 ? Dtype.FLOAT32
                : value.dtype() == DType.INT32 ? Dtype.INT32
                : value.dtype() == DType.INT64 ? Dtype.INT64
                : null;
    }

    /** Type and shape, such as {@code float32 [1, 3, 400, 400]}. */
    static String described(org.pytorch.Tensor value) {
        Dtype dtype = dtype(value);
        String type = dtype == null ? value.dtype().name().toLowerCase(Locale.ROOT) : dtype.numpy;
        return type + " " + Arrays.toString(value.shape());
    }

    /** A copy in C order; of a {@link Dtype} that captures hold. */
    static Tensor tensor(org.pytorch.Tensor value) {
        Dtype dtype = dtype(value);
        int[] shape = Arrays.stream(value.shape()).mapToInt(Math::toIntExact).toArray();
        Tensor copy = Tensor.allocate(dtype, shape);
        ByteBuffer bytes = copy.bytes();
        switch (dtype) {
            case UINT8:
                bytes.put(value.getDataAsUnsignedByteArray());
                break;
            case INT8:
                bytes.put(value.getDataAsByteArray());
                break;
            case FLOAT32:
                bytes.asFloatBuffer().put(value.getDataAsFloatArray());
                break;
            case INT32:
                bytes.asIntBuffer().put(value.getDataAsIntArray());
                break;
            case INT64:
                bytes.asLongBuffer().put(value.getDataAsLongArray());
                break;
            default:
                throw new AssertionError(dtype);
        }
        return value.memoryFormat() == MemoryFormat.CONTIGUOUS ? copy : channelsFirst(copy);
    }

    /** PyTorch hands over a channels-last result as it lies in memory: [n, …, c] for [n, c, …]. */
    private static Tensor channelsFirst(Tensor last) {
        int[] shape = last.shape();
        int channels = shape[1];
        int pixels = 1;
        for (int i = 2; i < shape.length; i++) {
            pixels *= shape[i];
        }
        Tensor first = Tensor.allocate(last.dtype, shape);
        ByteBuffer from = last.bytes();
        ByteBuffer to = first.bytes();
        byte[] item = new byte[last.dtype.bytes];
        for (int n = 0; n < shape[0]; n++) {
            for (int c = 0; c < channels; c++) {
                for (int p = 0; p < pixels; p++) {
                    from.position(((n * pixels + p) * channels + c) * item.length);
                    from.get(item);
                    to.put(item);
                }
            }
        }
        return first;
    }
}
