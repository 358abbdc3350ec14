package org.onpar.core;

/** The item types that a capture may hold: numpy's name, safetensors' name, size in bytes. */
public enum Dtype {
    UINT8("uint8", "U8", 1),
    INT8("int8", "I8", 1),
    FLOAT32("float32", "F32", 4),
    INT32("int32", "I32", 4),
    INT64("int64", "I64", 8);

    public final String numpy;
    public final String safetensors;
    public final int bytes;

    Dtype(String numpy, String safetensors, int bytes) {
        this.numpy = numpy;
        this.safetensors = safetensors;
        this.bytes = bytes;
    }

    /** The type of this numpy name, null where a capture cannot hold it. */
    public static Dtype named(String numpy) {
        for (Dtype dtype : values()) {
            if (dtype.numpy.equals(numpy)) {
                return dtype;
            }
        }
        return null;
    }
}
