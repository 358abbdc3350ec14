package org.onpar.core;

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

    public Place(String target, String device, String os, String arch, DoubleSupplier peakRssMb) {
        this.target = target;
        this.device = device;
        this.os = os;
        this.arch = arch;
        this.peakRssMb = peakRssMb;
    }
}
