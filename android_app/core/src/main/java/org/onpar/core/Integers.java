package org.onpar.core;

import java.nio.ByteBuffer;

/** Integers of any width. */
final class Integers {
    private Integers() {}

    /** The next one of these bytes, little-endian. @param dtype of integers */
    static long next(ByteBuffer bytes, Dtype dtype) {
        switch (dtype) {
            case UINT8:
                return bytes.get() & 0xff;
            case INT8:
                return bytes.get();
            case INT32:
                return bytes.getInt();
            case INT64:
                return bytes.getLong();
            default:
                throw new AssertionError(dtype);
        }
    }

    /** The same numbers as i32. @throws InputException for one that i32 does not hold */
    static Tensor asInt32(Tensor integers) throws InputException {
        Tensor made = Tensor.allocate(Dtype.INT32, integers.shape());
        ByteBuffer from = integers.bytes();
        ByteBuffer to = made.bytes();
        while (from.hasRemaining()) {
            long value = next(from, integers.dtype);
            if (value != (int) value) {
                throw new InputException(
                        "an input has the value " + value + ", the file takes int32; give the "
                                + "model smaller numbers");
            }
            to.putInt((int) value);
        }
        return made;
    }
}
