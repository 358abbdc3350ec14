package org.onpar.host;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.onpar.core.Capture;
import org.onpar.core.CaptureWriter;
import org.onpar.core.Digest;
import org.onpar.core.InputException;
import org.onpar.core.Limits;
import org.onpar.core.Place;
import org.onpar.core.RgbImage;
import org.onpar.core.Runner;
import org.onpar.core.Session;
import org.onpar.core.Sidecar;
import org.onpar.core.SidecarReader;
import org.onpar.core.photo.Photo;
import org.onpar.runtimes.OnnxRuntime;

/** The Android app's code on a plain JVM: photos through one model, into capture files. */
public final class Main {
    private static final Runner.Loader RUNTIME = OnnxRuntime.LOADER;

    /**
     * Bytes. ONNX Runtime 1.29 matches this process's command line recursively when it starts: 6,000
     * characters, of 50 photos, end the usual 1 MB of stack and the JVM with it.
     */
    private static final long STACK = 1 << 29;

    private Main() {}

    /** Exits with 0, or with 2 and one sentence about what the user can fix. */
    public static void main(String[] words) {
        System.setProperty("java.awt.headless", "true");
        if (words.length == 0 || Arrays.asList(words).contains("--help")) {
            (words.length == 0 ? System.err : System.out).print(Options.USAGE);
            System.exit(words.length == 0 ? 2 : 0);
        }
        new Thread(null, () -> runOrExit(words), "main", STACK).start();
    }

    private static void runOrExit(String[] words) {
        try {
            run(new Options(words));
        } catch (InputException error) {
            System.err.println("onpar-host: " + error.getMessage());
            System.exit(2);
        } catch (OutOfMemoryError error) {
            System.err.println(
                    "onpar-host: the model and the photo need more memory than the "
                            + Runtime.getRuntime().maxMemory() / 1_000_000
                            + " MB that Java may take; start it with java -Xmx4g");
            System.exit(2);
        }
    }

    private static void run(Options options) throws InputException {
        Path model = Options.path("--model", options.model());
        byte[] content =
                read(model, "a model file; give an exported .onnx", Limits.MAX_MODEL_BYTES);
        Path sidecarPath = Path.of(model + ".json");
        Sidecar sidecar =
                SidecarReader.read(
                        read(
                                sidecarPath,
                                "the model's sidecar; copy it from the folder of the export",
                                Limits.MAX_SIDECAR_BYTES),
                        sidecarPath.toString());
        if (!RUNTIME.takes(sidecar.format)) {
            throw new InputException(
                    model + ": is " + sidecar.format + ", this host has ONNX Runtime for onnx and "
                            + "ort; export one of these");
        }
        try (Session session =
                new Session(
                        content, sidecar, RUNTIME, Machine.place(), options.count("--threads"),
                        options.count("--runs"))) {
            for (Options.Photograph one : options.photographs()) {
                capture(session, one);
            }
        }
    }

    private static void capture(Session session, Options.Photograph one) throws InputException {
        Path out = Options.path("--out", one.out);
        byte[] photo =
                read(
                        Options.path("--image", one.image), "a JPEG or PNG; give a photo",
                        Limits.MAX_PHOTO_BYTES);
        RgbImage decoded = Photo.decode(photo, one.image, new Desktop());
        Capture capture = session.capture(one.name, decoded, Digest.sha256(photo), Place.now());
        try {
            CaptureWriter.write(out, capture);
        } catch (IOException error) {
            throw new InputException(
                    out + ": cannot be written (" + reason(error) + "); free space there, or "
                            + "choose another --out",
                    error);
        }
    }

    private static byte[] read(Path path, String expected, long limit) throws InputException {
        try {
            if (Files.isDirectory(path)) {
                throw new InputException(path + ": is a folder, expected " + expected);
            }
            long size = Files.size(path);
            if (size > limit) {
                throw new InputException(
                        path + ": has " + size + " bytes, above the limit of " + limit
                                + ", expected " + expected);
            }
            return Files.readAllBytes(path);
        } catch (IOException error) {
            throw new InputException(
                    path + ": cannot be read (" + reason(error) + "), expected " + expected, error);
        }
    }

    private static String reason(IOException error) {
        if (error instanceof NoSuchFileException) {
            return "no such file";
        }
        if (!(error instanceof FileSystemException)) {
            return String.valueOf(error.getMessage());
        }
        // Its message is the path; some kinds say by their name alone what went wrong.
        String reason = ((FileSystemException) error).getReason();
        return reason != null
                ? reason : error.getClass().getSimpleName().replace("Exception", "");
    }
}
