package org.onpar.host;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.onpar.core.InputException;
import org.onpar.core.Limits;

/** The command line. */
final class Options {
    static final String USAGE =
            "Usage: java -jar onpar-host.jar --model M [--runs N] [--threads N]\n"
                    + "       --image I --case C --out F [--image I --case C --out F]...\n\n"
                    + "Runs the Android app's code on this machine's JVM and writes captures.\n\n"
                    + "  --model    an .onnx or .ort file, with its sidecar M.json next to it\n"
                    + "  --image    the photo, a JPEG or PNG\n"
                    + "  --case     the photo's name in the capture\n"
                    + "  --out      the capture file to write, .safetensors\n"
                    + "  --runs     measured runs after a warm-up (default: 3; of a slow model 1)\n"
                    + "  --threads  for the runtime (default: 0, its own choice)\n\n"
                    + "With several photos the model is loaded once, and the first photo's time\n"
                    + "decides how many runs all of them get. After an error the captures of the\n"
                    + "photos before it are there.\n";

    /** A photo, what its capture calls it, and where the capture goes. */
    static final class Photograph {
        final String image;
        final String name;
        final String out;

        private Photograph(String image, String name, String out) {
            this.image = image;
            this.name = name;
            this.out = out;
        }
    }

    private static final List<String> ONCE = List.of("--model", "--runs", "--threads");
    private static final List<String> EACH = List.of("--case", "--image", "--out");

    private final Map<String, List<String>> values = new HashMap<>();

    /** @throws InputException if an option is unknown, has no value, or is missing */
    Options(String... words) throws InputException {
        for (int i = 0; i < words.length; i += 2) {
            if (!ONCE.contains(words[i]) && !EACH.contains(words[i])) {
                throw new InputException("unknown option " + words[i] + "; see --help");
            }
            if (i + 1 == words.length) {
                throw new InputException(words[i] + " has no value; see --help");
            }
            values.computeIfAbsent(words[i], name -> new ArrayList<>()).add(words[i + 1]);
        }
        for (String name : EACH) {
            need(name);
        }
        need("--model");
        for (String name : ONCE) {
            if (given(name).size() > 1) {
                throw new InputException(name + " is given twice; see --help");
            }
        }
        for (String name : given("--case")) {
            if (!Limits.CASE_NAME.fits(name)) {
                throw new InputException(
                        "--case: got '" + name + "', expected " + Limits.CASE_NAME.expected
                                + "; rename the case");
            }
        }
        int photos = given("--image").size();
        for (String name : EACH) {
            if (given(name).size() != photos) {
                throw new InputException(
                        name + " is given " + given(name).size() + " times and --image " + photos
                                + " times; each photo has one of each");
            }
        }
    }

    /** The photos, in the order that they were given in. */
    List<Photograph> photographs() {
        List<Photograph> photographs = new ArrayList<>();
        for (int i = 0; i < given("--image").size(); i++) {
            photographs.add(
                    new Photograph(
                            given("--image").get(i), given("--case").get(i),
                            given("--out").get(i)));
        }
        return photographs;
    }

    String model() {
        return given("--model").get(0);
    }

    /** @param option that the text is of, for the error */
    static Path path(String option, String text) throws InputException {
        try {
            return Path.of(text);
        } catch (InvalidPathException error) {
            throw new InputException(option + ": " + error.getMessage() + "; give a path", error);
        }
    }

    /** A count of 0 to {@link Limits#MAX_COUNT}; 0 where it is not given. */
    int count(String name) throws InputException {
        String text = given(name).isEmpty() ? "0" : given(name).get(0);
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > Limits.MAX_COUNT) {
            throw new InputException(
                    name + ": got '" + text + "', expected a number of 0 to " + Limits.MAX_COUNT
                            + "; see --help");
        }
        return Integer.parseInt(text);
    }

    private List<String> given(String name) {
        return values.getOrDefault(name, List.of());
    }

    private void need(String name) throws InputException {
        if (given(name).isEmpty() || given(name).contains("")) {
            throw new InputException(name + " is missing; see --help");
        }
    }
}
