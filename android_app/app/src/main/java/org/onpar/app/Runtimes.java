package org.onpar.app;

import android.content.Context;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.onpar.core.Runner;
import org.onpar.core.Sidecar;

/** The runtimes that this build contains; the first one that takes a model is the default. */
final class Runtimes {
    /** Our class of a runtime, and a class that is there only where the runtime itself is. */
    private static final Map<String, String> KNOWN = known();

    private Runtimes() {}

    private static Map<String, String> known() {
        Map<String, String> known = new LinkedHashMap<>();
        known.put("org.onpar.runtimes.OnnxRuntime", "ai.onnxruntime.OrtEnvironment");
        known.put("org.onpar.runtimes.PyTorch", "org.pytorch.Module");
        return Collections.unmodifiableMap(known);
    }

    /** All of them, in order of preference. */
    static List<Runner.Loader> present() {
        List<Runner.Loader> present = new ArrayList<>();
        for (Map.Entry<String, String> entry : KNOWN.entrySet()) {
            try {
                Class.forName(entry.getValue(), false, Runtimes.class.getClassLoader());
                present.add(
                        (Runner.Loader) Class.forName(entry.getKey()).getField("LOADER").get(null));
            } catch (ClassNotFoundException error) {
                continue;
            } catch (ReflectiveOperationException error) {
                throw new IllegalStateException(entry.getKey(), error);
            }
        }
        return present;
    }

    /** Those that load files of this format. */
    static List<Runner.Loader> taking(String format) {
        List<Runner.Loader> taking = present();
        taking.removeIf(loader -> !loader.takes(format));
        return taking;
    }

    /** A sentence about a model that none of them takes. */
    static String missing(Context context, Sidecar sidecar) {
        String names =
                present().stream().map(Runner.Loader::name).collect(Collectors.joining(", "));
        return context.getString(
                R.string.no_runtime, sidecar.file, sidecar.format,
                names.isEmpty() ? context.getString(R.string.no_runtimes_at_all) : names);
    }
}
