package org.onpar.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** A dense tensor in C order, its items little-endian as in a capture file. */
public final class Tensor {
    public final Dtype dtype;
    private final int[] shape;
    private final ByteBuffer data;

    /**
     * The tensor of these bytes, which are not copied.
     *
     * @throws IllegalArgumentException where there are more or fewer bytes than the shape has
     */
    public Tensor(Dtype dtype, ByteBuffer data, int... shape) {
        long size = sizeOf(dtype, shape);
        if (size != data.remaining()) {
            throw new IllegalArgumentException(
                    "got " + data.remaining() + " bytes, expected " + size + " for " + dtype.numpy
                            + " " + Arrays.toString(shape));
        }
        this.dtype = dtype;
        this.shape = shape.clone();
        this.data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A tensor of zeros outside of Java's heap, where runtimes read it without a copy. */
    public static Tensor allocate(Dtype dtype, int... shape) {
        return new Tensor(
                dtype, ByteBuffer.allocateDirect(Math.toIntExact(sizeOf(dtype, shape))), shape);
    }

    /** The tensor u8 of these bytes, which are not copied. */
    public static Tensor of(byte[] values, int... shape) {
        return new Tensor(Dtype.UINT8, ByteBuffer.wrap(values), shape);
    }

    /** Size in bytes. Throws ArithmeticException beyond a long. */
    public static long sizeOf(Dtype dtype, int... shape) {
        long size = dtype.bytes;
        for (int side : shape) {
            size = Math.multiplyExact(size, (long) side);
        }
        return size;
    }

    /** Its sides, outermost first. */
    public int[] shape() {
        return shape.clone();
    }

    /** Its bytes, little-endian; a view with a position of its own. */
    public ByteBuffer bytes() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Its values as f32; only for {@link Dtype#FLOAT32}. */
    public FloatBuffer floats() {
        if (dtype != Dtype.FLOAT32) {
            throw new IllegalStateException("got " + this + ", expected float32");
        }
        return bytes().asFloatBuffer();
    }

    /** The same values in memory of their own. */
    public Tensor copy() {
        Tensor copy = allocate(dtype, shape);
        copy.data.duplicate().put(bytes());
        return copy;
    }

    /** Type and shape, such as {@code float32 [1, 3, 400, 400]}. */
    @Override
    public String toString() {
        return dtype.numpy + " " + Arrays.toString(shape);
    }
}
