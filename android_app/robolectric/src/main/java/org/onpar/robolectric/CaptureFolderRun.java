package org.onpar.robolectric;

import android.content.Intent;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.onpar.app.MainActivity;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/**
 * Starts the app with the intent that a phone on a cable gets, and waits until it is done.
 *
 * <p>JUnit's because Robolectric is; {@link Main} starts it.
 */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = Main.SDK)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class CaptureFolderRun {
    private static final int SECONDS = 24 * 3600;

    @Test
    public void capture() throws Exception {
        Path folder = Path.of(System.getProperty(Main.FOLDER));
        Path inside =
                RuntimeEnvironment.getApplication().getFilesDir().toPath().resolve("capture/run");
        Files.createDirectories(inside.getParent());
        Files.createSymbolicLink(inside, folder);
        Intent intent =
                new Intent("org.onpar.app.CAPTURE")
                        .putExtra("folder", "run")
                        .putExtra("threads", Integer.getInteger(Main.THREADS, 0))
                        .putExtra("runs", Integer.getInteger(Main.RUNS, 0));
        String cases = System.getProperty(Main.CASES, "");
        if (!cases.isEmpty()) {
            intent.putExtra("cases", cases);
        }
        try (ActivityController<MainActivity> activity =
                Robolectric.buildActivity(MainActivity.class, intent)) {
            activity.setup();
            Path done = folder.resolve("done.json");
            Looping.until(() -> Files.exists(done), SECONDS, done.toString());
        }
    }
}
