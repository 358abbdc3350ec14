package org.onpar.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which output's arg-max over axis 1 is the class map, and how its classes are called and look. */
public final class ClassMapSpec {
    public final String output;

    /** The classes' names; a class's number is its place. */
    public final List<String> classes;

    private final int[] palette;

    /** @param palette a colour a class, as 0xRRGGBB */
    public ClassMapSpec(String output, List<String> classes, int[] palette) {
        this.output = output;
        this.classes = Collections.unmodifiableList(new ArrayList<>(classes));
        this.palette = palette.clone();
    }

    /** A colour a class, as 0xRRGGBB. */
    public int[] palette() {
        return palette.clone();
    }
}
