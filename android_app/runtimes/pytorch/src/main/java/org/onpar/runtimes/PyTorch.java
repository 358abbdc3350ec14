package org.onpar.runtimes;

import com.facebook.soloader.nativeloader.NativeLoader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.onpar.core.InputException;
import org.onpar.core.Runner;
import org.onpar.core.Sidecar;
import org.onpar.core.Tensor;
import org.pytorch.IValue;
import org.pytorch.Module;

/**
 * PyTorch's full interpreter: TorchScript `.pt`, on Android's CPU.
 *
 * <p>Compiled against the published Java classes, and never run on a phone.
 */
public final class PyTorch implements Runner {
    /** Loads `.pt`. */
    public static final Runner.Loader LOADER =
            new Runner.Loader() {
                @Override
                public String name() {
                    return "PyTorch";
                }

                @Override
                public boolean takes(String format) {
                    return format.equals("torchscript");
                }

                @Override
                public Runner load(byte[] model, Sidecar sidecar, int threads)
                        throws InputException {
                    return new PyTorch(model, sidecar, threads);
                }
            };

    private final Sidecar sidecar;
    private final Module module;

    private PyTorch(byte[] model, Sidecar sidecar, int threads) throws InputException {
        this.sidecar = sidecar;
        NativeLoader.initIfUninitialized(new PyTorchLibraries());
        if (threads > 0) {
            setThreads(threads);
        }
        Path file = stored(model, sidecar.file);
        try {
            module = Module.load(file.toString());
        } catch (LinkageError error) {
            throw notHere(error);
        } catch (RuntimeException error) {
            throw new InputException(
                    sidecar.file + ": PyTorch " + version() + " cannot load it (" + oneLine(error)
                            + "); export it again, and frozen: what libtorch of this version does "
                            + "not know is named there",
                    error);
        } finally {
            file.toFile().delete();
        }
    }

    @Override
    public String runtime() {
        return "pytorch-android";
    }

    /** That of the library which the build put in; the library states none. */
    @Override
    public String runtimeVersion() {
        return version();
    }

    /** Of quantized scripts; PyTorch on Android takes QNNPACK before it loads any. */
    @Override
    public String engine() {
        return sidecar.engine.isEmpty() ? "" : "qnnpack";
    }

    @Override
    public String computeUnit() {
        return "CPU";
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs) throws InputException {
        IValue[] given =
                sidecar.inputs.stream()
                        .map(spec -> IValue.from(PyTorchTensors.given(inputs.get(spec.name))))
                        .toArray(IValue[]::new);
        IValue result;
        try {
            result = module.forward(given);
        } catch (RuntimeException error) {
            throw new InputException(
                    sidecar.file + ": PyTorch failed (" + oneLine(error)
                            + "); export it again, and try it with `onpar capture`",
                    error);
        }
        return PyTorchOutputs.byName(result, sidecar.outputs, sidecar.file);
    }

    @Override
    public void close() {
        module.destroy();
    }

    /** PyTorch loads from a file: one of this app's own, which is gone once it is loaded. */
    private static Path stored(byte[] model, String name) throws InputException {
        Path file = null;
        try {
            file = Files.createTempFile("onpar-", ".pt");
            return Files.write(file, model);
        } catch (IOException error) {
            if (file != null) {
                file.toFile().delete();
            }
            throw new InputException(
                    name + ": cannot be stored for PyTorch to load (" + oneLine(error)
                            + "); free space, at least as much as the model takes",
                    error);
        }
    }

    /** By reflection: the class is in PyTorch's Android archive, not among its plain Java. */
    private static void setThreads(int threads) throws InputException {
        try {
            Class.forName("org.pytorch.PyTorchAndroid")
                    .getMethod("setNumThreads", int.class)
                    .invoke(null, threads);
        } catch (InvocationTargetException error) {
            throw notHere(error.getCause());
        } catch (ReflectiveOperationException | LinkageError error) {
            throw notHere(error);
        }
    }

    private static InputException notHere(Throwable error) {
        return new InputException(
                "PyTorch: its native library cannot be loaded here (" + root(error)
                        + "); use a phone with 4 KB pages and a processor that the app was built "
                        + "for, or a model of another runtime",
                error);
    }

    private static String version() {
        Properties properties = new Properties();
        try (InputStream stream = PyTorch.class.getResourceAsStream("pytorch.properties")) {
            properties.load(stream);
        } catch (IOException error) {
            throw new IllegalStateException(error);
        }
        return properties.getProperty("version");
    }

    private static String root(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return oneLine(root);
    }

    private static String oneLine(Throwable error) {
        String text = String.valueOf(error.getMessage()).replaceAll("\\s+", " ");
        return text.length() > 160 ? text.substring(0, 160) + "…" : text;
    }
}
