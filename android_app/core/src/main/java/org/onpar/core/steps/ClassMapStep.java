package org.onpar.core.steps;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.onpar.core.InputException;
import org.onpar.core.JsonValue;
import org.onpar.core.TensorSpec;

/** A step that makes a class map u8 [h, w]; how its classes are called, and their colours. */
public abstract class ClassMapStep extends Step {
    /** The classes' names; a class's number is its place. */
    public final List<String> classes;

    private final int[] palette;

    /** @param palette a colour a class, as 0xRRGGBB */
    ClassMapStep(String takes, TensorSpec makes, List<String> classes, int[] palette) {
        super(takes, makes);
        this.classes = Collections.unmodifiableList(new ArrayList<>(classes));
        this.palette = palette.clone();
    }

    /** A colour a class, as 0xRRGGBB. */
    public final int[] palette() {
        return palette.clone();
    }

    /** The constant `palette`, with a colour for each of so many classes. */
    static int[] palette(StepJson step, int count) throws InputException {
        int[] palette = new int[count];
        List<JsonValue> colours = step.at("palette").list(count, count);
        for (int i = 0; i < count; i++) {
            int[] rgb = Levels.read(colours.get(i));
            palette[i] = rgb[0] << 16 | rgb[1] << 8 | rgb[2];
        }
        return palette;
    }
}
