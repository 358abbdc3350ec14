package org.onpar.app;

import org.onpar.core.Runner;

/** Prints the runtimes that this class path has: tests/android gives it several. */
public final class RuntimesRun {
    private RuntimesRun() {}

    public static void main(String[] formats) {
        for (Runner.Loader loader : Runtimes.present()) {
            System.out.println(loader.name());
        }
        for (String format : formats) {
            System.out.println(format + ": " + Runtimes.taking(format).size());
        }
    }
}
