package org.onpar.robolectric;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/**
 * Runs test classes, and writes `results.json` for tests/android: of each test, by its name, the
 * trace of its failure, empty where it passed.
 */
public final class Report {
    private Report() {}

    public static void main(String[] classes) throws ClassNotFoundException, IOException {
        JsonObject results = new JsonObject();
        JUnitCore core = new JUnitCore();
        core.addListener(
                new RunListener() {
                    @Override
                    public void testStarted(Description test) {
                        results.addProperty(test.getMethodName(), "");
                    }

                    @Override
                    public void testFailure(Failure failure) {
                        String name = failure.getDescription().getMethodName();
                        results.addProperty(String.valueOf(name), failure.getTrace());
                    }
                });
        for (String name : classes) {
            core.run(Class.forName(name));
        }
        Files.writeString(Path.of("results.json"), results.toString());
        System.exit(0);
    }
}
