package org.onpar.core;

import java.util.Arrays;

/** Name, shape and item type of an input or output, or of a tensor of a chain. */
public final class TensorSpec {
    /** A side that depends on the case, such as a photo's height. */
    public static final int ANY = -1;

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

    /** Type and shape, such as {@code float32 [1, 3, 400, 400]} or {@code uint8 [H, W, 3]}. */
    @Override
    public String toString() {
        String sides = Arrays.toString(shape);
        return dtype.numpy + " " + sides.replaceFirst("-1", "H").replaceFirst("-1", "W");
    }
}
