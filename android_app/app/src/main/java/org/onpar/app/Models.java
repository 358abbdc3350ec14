package org.onpar.app;

import android.content.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onpar.core.InputException;
import org.onpar.core.Sidecar;
import org.onpar.core.SidecarReader;

/**
 * The models in the app's assets, each with its sidecar.
 *
 * <p>A model is read from the assets each time, and never unpacked into a file: an old copy cannot
 * be served where the app came with a new one.
 */
final class Models {
    private static final String FOLDER = "models";
    private static final String SIDECAR = ".json";

    private Models() {}

    /** The files' names, sorted; empty where the app contains none. */
    static List<String> names(Context context) throws IOException {
        List<String> names = new ArrayList<>(Arrays.asList(context.getAssets().list(FOLDER)));
        names.removeIf(name -> name.endsWith(SIDECAR));
        names.sort(null);
        return names;
    }

    /** @throws InputException where there is none, or one that cannot be read */
    static Sidecar sidecar(Context context, String name) throws InputException, IOException {
        List<String> all = Arrays.asList(context.getAssets().list(FOLDER));
        if (!all.contains(name + SIDECAR)) {
            throw new InputException(context.getString(R.string.no_sidecar, name));
        }
        byte[] content = Streams.asset(context, FOLDER + "/" + name + SIDECAR);
        return SidecarReader.read(content, name + SIDECAR);
    }

    /** The model's bytes. */
    static byte[] content(Context context, String name) throws IOException {
        return Streams.asset(context, FOLDER + "/" + name);
    }
}
