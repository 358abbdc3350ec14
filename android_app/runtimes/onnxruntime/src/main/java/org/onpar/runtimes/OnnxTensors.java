package org.onpar.runtimes;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.onpar.core.Dtype;
import org.onpar.core.Tensor;

/** ONNX Runtime's tensors from the core's, and back. */
final class OnnxTensors {
    private OnnxTensors() {}

    /** To be closed. Every machine that ONNX Runtime's Java runs on is little-endian. */
    static OnnxTensor given(OrtEnvironment environment, Tensor tensor) throws OrtException {
        ByteBuffer bytes = tensor.bytes().order(ByteOrder.nativeOrder());
        long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
        return OnnxTensor.createTensor(environment, bytes, shape, javaType(tensor.dtype));
    }

    /** A copy: ONNX Runtime's own memory ends with the run's result. */
    static Tensor tensor(OnnxTensor value) {
        long[] sides = value.getInfo().getShape();
        int[] shape = Arrays.stream(sides).mapToInt(Math::toIntExact).toArray();
        return new Tensor(dtype(value.getInfo()), value.getByteBuffer(), shape);
    }

    /** Type and shape as the core writes them; -1 is a side that only a run decides. */
    static String described(NodeInfo node) {
        if (!(node.getInfo() instanceof TensorInfo)) {
            return "no tensor";
        }
        TensorInfo info = (TensorInfo) node.getInfo();
        Dtype dtype = dtype(info);
        String type = dtype == null ? info.type.toString() : dtype.numpy;
        return type + " " + Arrays.toString(info.getShape());
    }

    private static Dtype dtype(TensorInfo info) {
        for (Dtype dtype : Dtype.values()) {
            if (javaType(dtype) == info.type) {
                return dtype;
            }
        }
        return null;
    }

    private static OnnxJavaType javaType(Dtype dtype) {
        switch (dtype) {
            case UINT8:
                return OnnxJavaType.UINT8;
            case INT8:
                return OnnxJavaType.INT8;
            case FLOAT32:
                return OnnxJavaType.FLOAT;
            case INT32:
                return OnnxJavaType.INT32;
            case INT64:
                return OnnxJavaType.INT64;
            default:
                throw new AssertionError(dtype);
        }
    }
}
