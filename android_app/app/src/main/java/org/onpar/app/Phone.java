package org.onpar.app;

import android.os.Build;
import org.onpar.core.PeakMemory;
import org.onpar.core.Place;

/** This phone, as captures name it. */
final class Phone {
    private Phone() {}

    /** On Robolectric it is called that: nothing that ran there may read as if a phone had. */
    static Place place() {
        boolean robolectric = Build.FINGERPRINT.equals("robolectric");
        boolean emulator =
                Build.HARDWARE.equals("ranchu") || Build.HARDWARE.equals("goldfish");
        String device = Build.MANUFACTURER + " " + Build.MODEL + (emulator ? " (emulator)" : "");
        return new Place(
                robolectric ? "android-robolectric" : "android-device",
                robolectric ? "Robolectric on " + System.getProperty("os.name") : device,
                (robolectric ? "Robolectric " : "Android ")
                        + Build.VERSION.RELEASE + " (API " + Build.VERSION.SDK_INT + ")",
                Place.architecture(),
                PeakMemory::megabytes);
    }
}
