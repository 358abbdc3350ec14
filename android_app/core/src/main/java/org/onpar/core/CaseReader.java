package org.onpar.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.onpar.core.steps.Source;

/** Reads and validates the sidecar's `cases`. */
final class CaseReader {
    private CaseReader() {}

    /** @param sources that the chain takes */
    static List<Case> read(JsonValue list, List<Source> sources) throws InputException {
        List<Case> cases = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonValue one : list.list(0, Limits.MAX_CASES)) {
            String name = one.at("name").name(Limits.CASE_NAME);
            if (!names.add(folded(name))) {
                throw one.at("name").wrong("a name that no other case has");
            }
            cases.add(new Case(name, sources(one.at("sources"), sources)));
        }
        return cases;
    }

    /**
     * The name with ASCII letters in lower case: captures are named after cases, and on some
     * systems `a` and `A` are one file. Why no others: parity/contract/sidecar_check.py.
     */
    private static String folded(String name) {
        char[] letters = name.toCharArray();
        for (int i = 0; i < letters.length; i++) {
            if (letters[i] >= 'A' && letters[i] <= 'Z') {
                letters[i] += 'a' - 'A';
            }
        }
        return new String(letters);
    }

    private static List<CaseSource> sources(JsonValue list, List<Source> expected)
            throws InputException {
        List<CaseSource> sources = new ArrayList<>();
        for (JsonValue one : list.list(expected.size(), expected.size())) {
            Source source = expected.get(sources.size());
            if (!one.at("name").name(Limits.CHAIN_NAME).equals(source.name)) {
                throw one.wrong(
                        "the source `" + source.name + "`, as the chain takes it next");
            }
            JsonValue file = one.at("file");
            boolean none = !source.image && file.text().isEmpty();
            sources.add(
                    new CaseSource(
                            source.name, none ? "" : file.name(Limits.FILE_NAME),
                            one.at("sha256").name(Limits.SHA256_TEXT)));
        }
        return sources;
    }
}
