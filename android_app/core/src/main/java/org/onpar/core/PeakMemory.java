package org.onpar.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;

/** How much memory this process has held at most. */
public final class PeakMemory {
    private static final String FIELD = "VmHWM:";

    private PeakMemory() {}

    /**
     * Peak resident memory in megabytes (10⁶ bytes), by Linux and Android: they report it in KiB
     * (proc(5), VmHWM). 0 elsewhere, where a JVM cannot read it.
     */
    public static double megabytes() {
        try {
            for (String line :
                    Files.readAllLines(Paths.get("/proc/self/status"), StandardCharsets.UTF_8)) {
                if (line.startsWith(FIELD)) {
                    long kib = Long.parseLong(line.replaceAll("[^0-9]", ""));
                    return Math.round(kib * 1024 / 1e5) / 10.0;
                }
            }
        } catch (IOException error) {
            // Not Linux.
        }
        return 0;
    }
}
