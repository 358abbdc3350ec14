package org.onpar.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Collections;
import java.util.List;
import org.onpar.core.PeakMemory;
import org.onpar.core.Place;

/** This machine, as captures name it (pipeline/host.py says it the same way). */
final class Machine {
    private Machine() {}

    /** The target `android-host`: the app's code, but no Android and no phone. */
    static Place place() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.version");
        String distribution = field("/etc/os-release", "PRETTY_NAME=", "").replace("\"", "");
        String arch = Place.architecture();
        return new Place(
                "android-host",
                field("/proc/cpuinfo", "model name", arch).replaceFirst("^\\s*:\\s*", ""),
                distribution.isEmpty() ? system : system + " (" + distribution + ")",
                arch,
                PeakMemory::megabytes);
    }

    /** The rest of the first line that starts so, or the default. */
    private static String field(String path, String start, String absent) {
        List<String> lines = Collections.emptyList();
        try {
            lines = Files.readAllLines(Paths.get(path));
        } catch (IOException error) {
            // Not Linux.
        }
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()).trim())
                .findFirst()
                .orElse(absent);
    }
}
