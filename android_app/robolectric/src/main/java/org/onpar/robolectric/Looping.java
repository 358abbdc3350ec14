package org.onpar.robolectric;

import android.os.Looper;
import java.util.concurrent.Callable;
import org.robolectric.Shadows;

/** Robolectric's main looper does nothing by itself: a test turns it. */
final class Looping {
    private Looping() {}

    /**
     * Turn the main looper until something is so.
     *
     * @throws IllegalStateException after so many seconds
     */
    static void until(Callable<Boolean> so, int seconds, String what) throws Exception {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (true) {
            Shadows.shadowOf(Looper.getMainLooper()).idle();
            if (so.call()) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException(what + ": not after " + seconds + " s");
            }
            Thread.sleep(5);
        }
    }
}
