package org.onpar.app;

import android.content.Context;
import android.content.Intent;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.onpar.core.Capture;
import org.onpar.core.CaptureWriter;
import org.onpar.core.Case;
import org.onpar.core.Digest;
import org.onpar.core.InputException;
import org.onpar.core.Limits;
import org.onpar.core.Place;
import org.onpar.core.RgbImage;
import org.onpar.core.Runner;
import org.onpar.core.Session;
import org.onpar.core.Sidecar;
import org.onpar.core.SidecarReader;
import org.onpar.core.WholeFile;

/**
 * Captures a list of cases without anybody touching the screen, for phones on a cable.
 *
 * <p>The intent {@link #ACTION} names a folder below {@code files/capture}. It contains a model,
 * its sidecar, and the cases' photos, copied there over the cable. This class writes a capture
 * {@code CASE.safetensors} of each case into it and, at the very end, {@code done.json}:
 * {@code {"captured": [...], "error": ""}}. pipeline/targets/android_device.py is the other side.
 */
final class CaptureFolder {
    static final String ACTION = "org.onpar.app.CAPTURE";

    /** The folder's name. */
    static final String FOLDER = "folder";

    /** Names of cases, separated by commas; absent: all of the sidecar's. */
    static final String CASES = "cases";

    /** For the runtime; 0 or absent: its own choice. */
    static final String THREADS = "threads";

    /** Measured runs a case; 0 or absent: as many as the first run's time allows. */
    static final String RUNS = "runs";

    private final Context context;
    private final File folder;
    private final List<String> names;
    private final int threads;
    private final int runs;
    private final JsonArray captured = new JsonArray();

    /** @throws InputException where the intent names no folder that is there */
    CaptureFolder(Context context, Intent intent) throws InputException {
        this.context = context;
        String name = String.valueOf(intent.getStringExtra(FOLDER));
        folder = new File(new File(context.getFilesDir(), "capture"), name);
        // Whoever sent the intent must not lead the app out of its own folder.
        if (!Limits.APP_FILE_NAME.fits(name) || !folder.isDirectory()) {
            throw new InputException(
                    "the extra `folder` is '" + name + "', expected the name of a folder below "
                            + "files/capture; copy the model and the photos there first");
        }
        String cases = intent.getStringExtra(CASES);
        names = cases == null ? Collections.emptyList() : Arrays.asList(cases.split(","));
        threads = count(intent, THREADS);
        runs = count(intent, RUNS);
    }

    private static int count(Intent intent, String name) {
        return Math.max(0, Math.min(intent.getIntExtra(name, 0), Limits.MAX_COUNT));
    }

    /** All of the cases. What goes wrong is in `done.json` as well. */
    Screen capture(Worker worker) throws InputException, IOException {
        String error = "";
        try {
            all(worker);
        } catch (InputException problem) {
            error = problem.getMessage();
            throw problem;
        } catch (IOException | RuntimeException | Error problem) {
            error = problem.toString();
            throw problem;
        } finally {
            JsonObject done = new JsonObject();
            done.add("captured", captured);
            done.addProperty("error", error);
            WholeFile.write(
                    folder.toPath().resolve("done.json"),
                    Collections.singleton(
                            ByteBuffer.wrap(done.toString().getBytes(StandardCharsets.UTF_8))));
        }
        return Screen.EMPTY.noted(
                context.getResources()
                        .getQuantityString(R.plurals.captured, captured.size(), captured.size()));
    }

    private void all(Worker worker) throws InputException, IOException {
        Sidecar sidecar = sidecar();
        List<Case> cases = cases(sidecar);
        List<Runner.Loader> runtimes = Runtimes.taking(sidecar.format);
        if (runtimes.isEmpty()) {
            throw new InputException(Runtimes.missing(context, sidecar));
        }
        try (Session session =
                new Session(
                        read(sidecar.file, Limits.MAX_MODEL_BYTES), sidecar, runtimes.get(0),
                        Phone.place(), threads, runs)) {
            for (Case one : cases) {
                worker.say(
                        context.getString(
                                R.string.capturing, one.name, captured.size() + 1, cases.size()));
                // The session has refused models that take more than a photo.
                String image = one.sources.get(0).file;
                byte[] photo = read(image, Limits.MAX_PHOTO_BYTES);
                RgbImage decoded = PhotoDecoder.decode(photo, image);
                write(
                        session.capture(
                                one.name, decoded, Digest.sha256(photo), Place.now()),
                        one.name);
                captured.add(one.name);
            }
        }
    }

    private void write(Capture capture, String name) throws InputException {
        try {
            CaptureWriter.write(folder.toPath().resolve(name + ".safetensors"), capture);
        } catch (IOException error) {
            throw new InputException(
                    context.getString(R.string.not_writable, error.toString()), error);
        }
    }

    private Sidecar sidecar() throws InputException, IOException {
        String[] found = folder.list((parent, name) -> name.endsWith(".json"));
        if (found == null || found.length != 1) {
            throw new InputException(
                    folder.getName() + ": holds " + (found == null ? 0 : found.length)
                            + " sidecars, expected one; copy the model and its .json there");
        }
        return SidecarReader.read(read(found[0], Limits.MAX_SIDECAR_BYTES), found[0]);
    }

    private List<Case> cases(Sidecar sidecar) throws InputException {
        List<Case> cases = new ArrayList<>(sidecar.cases);
        if (!names.isEmpty()) {
            cases.removeIf(one -> !names.contains(one.name));
        }
        if (cases.isEmpty() || !names.isEmpty() && cases.size() != names.size()) {
            throw new InputException(
                    sidecar.file + ": does not have the cases " + names
                            + "; name cases of its sidecar");
        }
        for (Case one : cases) {
            if (!Limits.APP_FILE_NAME.fits(one.name)) {
                throw new InputException(
                        sidecar.file + ": the case '" + one.name + "' cannot name a file; rename "
                                + "it in the recipe, and export again");
            }
        }
        return cases;
    }

    private byte[] read(String name, int limit) throws InputException {
        if (!Limits.APP_FILE_NAME.fits(name)) {
            throw new InputException(
                    "'" + name + "' in the sidecar is not a file name; export the model again");
        }
        try (InputStream stream = new FileInputStream(new File(folder, name))) {
            return Streams.all(stream, limit);
        } catch (IOException error) {
            throw new InputException(
                    name + ": cannot be read (" + error.getMessage() + "); copy it again", error);
        }
    }
}
