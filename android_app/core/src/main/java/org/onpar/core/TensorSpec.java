package org.onpar.core;

import java.util.Arrays;

/** Name, shape and item type of one input or output. */
public final class TensorSpec {
    public final String name;
    public final Dtype dtype;
    private final int[] shape;

    public TensorSpec(String name, Dtype dtype, int... shape) {
        this.name = name;
        this.dtype = dtype;
        this.shape = shape.clone();
    }

    /** Its sides, outermost first. */
    public int[] shape() {
        return shape.clone();
    }

    /** Whether it is of this type and shape. */
    public boolean is(Dtype other, int... sides) {
        return dtype == other && Arrays.equals(shape, sides);
    }

    /** Type and shape, such as {@code float32 [1, 3, 400, 400]}. */
    @Override
    public String toString() {
        return dtype.numpy + " " + Arrays.toString(shape);
    }
}
