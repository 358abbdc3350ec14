package org.onpar.core.steps;

import java.util.List;
import org.onpar.core.InputException;
import org.onpar.core.JsonValue;
import org.onpar.core.Limits;

/** A colour in the sidecar: R, G, B of 0 to 255. */
final class Levels {
    private Levels() {}

    static int[] read(JsonValue colour) throws InputException {
        List<JsonValue> values = colour.list(3, 3);
        int[] levels = new int[3];
        for (int i = 0; i < 3; i++) {
            levels[i] = values.get(i).count(0, Limits.MAX_LEVEL);
        }
        return levels;
    }
}
