package org.onpar.robolectric;

import org.junit.runner.JUnitCore;
import org.junit.runner.Result;
import org.junit.runner.notification.Failure;

/**
 * The command line of the target `android-robolectric`: {@code --folder F [--cases A,B]
 * [--threads N] [--runs N]}, as the app's intent has them (CaptureFolder).
 */
public final class Main {
    /** Android 14: the newest whose resources Debian's aapt2 reads, so that ours fit to it. */
    static final int SDK = 34;

    static final String FOLDER = "folder";
    static final String CASES = "cases";
    static final String THREADS = "threads";
    static final String RUNS = "runs";

    private Main() {}

    /** Exits with 0 if the app finished, with any result; its `done.json` has the result. */
    public static void main(String[] words) {
        for (int i = 0; i + 1 < words.length; i += 2) {
            System.setProperty(words[i].substring("--".length()), words[i + 1]);
        }
        Result result = JUnitCore.runClasses(CaptureFolderRun.class);
        for (Failure failure : result.getFailures()) {
            System.err.println(failure.getTrace());
        }
        System.exit(result.wasSuccessful() ? 0 : 1);
    }
}
