package org.onpar.host;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.onpar.core.InputException;

/** The command line. */
final class Options {
    static final String USAGE =
            "Usage: java -jar onpar-host.jar --model M --image I --case C --out F"
                    + " [--runs N] [--threads N]\n\n"
                    + "Runs the Android app's code on this machine's JVM and writes a capture.\n\n"
                    + "  --model    an .onnx or .ort file; its sidecar is M.json beside it\n"
                    + "  --image    the photo, a JPEG or PNG\n"
                    + "  --case     the photo's name in the capture\n"
                    + "  --out      the capture file to write, .safetensors\n"
                    + "  --runs     measured runs after a warm-up (default: 3; of a slow model 1)\n"
                    + "  --threads  for the runtime (default: 0, its own choice)\n";

    private static final Set<String> NEEDED = Set.of("--model", "--image", "--case", "--out");
    private static final Set<String> KNOWN =
            Set.of("--model", "--image", "--case", "--out", "--runs", "--threads");

    private final Map<String, String> values = new HashMap<>();

    /** @throws InputException where an option is unknown, lacks its value, or is missing */
    Options(String... words) throws InputException {
        for (int i = 0; i < words.length; i += 2) {
            if (!KNOWN.contains(words[i])) {
                throw new InputException("unknown option " + words[i] + "; see --help");
            }
            if (i + 1 == words.length) {
                throw new InputException(words[i] + " lacks its value; see --help");
            }
            values.put(words[i], words[i + 1]);
        }
        for (String name : new java.util.TreeSet<>(NEEDED)) {
            if (values.getOrDefault(name, "").isEmpty()) {
                throw new InputException(name + " is missing; see --help");
            }
        }
    }

    String text(String name) {
        return values.get(name);
    }

    Path path(String name) throws InputException {
        try {
            return Path.of(values.get(name));
        } catch (InvalidPathException error) {
            throw new InputException(name + ": " + error.getMessage() + "; give a path", error);
        }
    }

    /** A count of 0 to 1000; 0 where it is not given. */
    int count(String name) throws InputException {
        String text = values.getOrDefault(name, "0");
        if (!text.matches("[0-9]{1,3}|1000")) {
            throw new InputException(
                    name + ": got '" + text + "', expected a number of 0 to 1000; see --help");
        }
        return Integer.parseInt(text);
    }
}
