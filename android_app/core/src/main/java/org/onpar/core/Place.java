package org.onpar.core;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.DoubleSupplier;

/** Where a capture is made, as its metadata names it. */
public final class Place {
    /** As `onpar targets` names it: what ran on a host must not read as if a phone had passed. */
    public final String target;

    public final String device;
    public final String os;
    public final String arch;

    /** Peak resident memory of this process so far, in megabytes (10⁶ bytes); 0 if not known. */
    public final DoubleSupplier peakRssMb;

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss+00:00");

    public Place(String target, String device, String os, String arch, DoubleSupplier peakRssMb) {
        this.target = target;
        this.device = device;
        this.os = os;
        this.arch = arch;
        this.peakRssMb = peakRssMb;
    }

    /** The time in UTC, ISO 8601, to the second. */
    public static String now() {
        return Instant.now().atOffset(ZoneOffset.UTC).format(SECONDS);
    }

    /** The processor's architecture; Java says amd64 where the system itself says x86_64. */
    public static String architecture() {
        return System.getProperty("os.arch").replace("amd64", "x86_64");
    }
}
