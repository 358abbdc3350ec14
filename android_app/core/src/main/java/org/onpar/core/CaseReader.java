package org.onpar.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads and validates the sidecar's `cases`. */
final class CaseReader {
    private CaseReader() {}

    /** @param photo whether the model takes one */
    static List<Case> read(JsonValue list, boolean photo) throws InputException {
        List<Case> cases = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonValue one : list.list(0, Limits.MAX_CASES)) {
            String name = one.at("name").name(Limits.CASE_NAME);
            // Captures are named after cases, and on some systems `a` and `A` are one file.
            if (!names.add(name.toLowerCase(Locale.ROOT))) {
                throw one.at("name").wrong("a name that no other case has");
            }
            JsonValue image = one.at("image");
            if (image.text().isEmpty() == photo) {
                throw image.wrong(photo ? "a photo" : "no photo, as the model takes none");
            }
            JsonValue others = one.has("inputs_sha256") ? one.at("inputs_sha256") : null;
            cases.add(new Case(
                    name,
                    photo ? image.name(Limits.FILE_NAME) : "",
                    one.at("sha256").name(Limits.SHA256_TEXT),
                    others == null || others.text().isEmpty()
                            ? "" : others.name(Limits.SHA256_TEXT)));
        }
        return cases;
    }
}
