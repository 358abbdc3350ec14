package org.onpar.runtimes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.facebook.soloader.nativeloader.NativeLoader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Collections;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.onpar.core.Dtype;
import org.onpar.core.InputException;
import org.onpar.core.Sidecar;
import org.onpar.core.SidecarReader;
import org.onpar.core.Tensor;
import org.pytorch.DType;

/** What of the runtime is plain Java; a JVM has not its native library. */
final class PyTorchTest {
    private static final String SIDECAR =
            "{`version`: `onpar-artifact/2`, `file`: `m.pt`, `sha256`: `SHA`, `format`:"
                    + " `torchscript`, `io`: `tensor`, `engine`: ``, `weights_sha256`: `SHA`,"
                    + " `recipe_sha256`: `SHA`, `inputs`: [TENSOR], `outputs`: [TENSOR], `cases`:"
                    + " [], `model`: {`recipe`: `m`, `inputs`: [TENSOR], `outputs`: [TENSOR]},"
                    + " `steps`: [{`step`: `given`, `takes`: [`x`], `makes`: [`x`], `shape`: [1],"
                    + " `dtype`: `float32`}, {`step`: `run`, `takes`: [`x`], `makes`: [`y`]}],"
                    + " `runs`: [1, 1]}";

    @Test
    void itTakesTorchScriptAndNothingElse() {
        assertEquals("PyTorch", PyTorch.LOADER.name());
        assertTrue(PyTorch.LOADER.takes("torchscript"));
        assertFalse(PyTorch.LOADER.takes("ptl") || PyTorch.LOADER.takes("onnx"));
    }

    @Test
    void pixelsAreHandedOverUnsignedAndInTheirShape() {
        Tensor pixels = Tensor.of(new byte[] {0, 127, -128, -1, 5, 6}, 1, 2, 3);
        org.pytorch.Tensor given = PyTorchTensors.given(pixels);
        assertEquals(DType.UINT8, given.dtype());
        assertArrayEquals(new long[] {1, 2, 3}, given.shape());
        assertArrayEquals(
                new byte[] {0, 127, -128, -1, 5, 6}, given.getDataAsUnsignedByteArray());
    }

    @Test
    void everyTypeComesBackAsItWasGiven() {
        for (Dtype dtype : Dtype.values()) {
            Tensor tensor = Tensor.allocate(dtype, 2, 1);
            for (int i = 0; i < 2 * dtype.bytes; i++) {
                tensor.bytes().put(i, (byte) (i + 1));
            }
            Tensor back = PyTorchTensors.tensor(PyTorchTensors.given(tensor));
            assertEquals(tensor.toString(), back.toString());
            assertEquals(tensor.bytes(), back.bytes());
        }
    }

    @Test
    void withoutItsNativeLibraryItSaysSoAndLeavesNoFile() throws IOException, InputException {
        String digest = String.join("", Collections.nCopies(4, "0123456789abcdef"));
        String text = SIDECAR.replace('`', '"').replace("SHA", digest)
                .replace("TENSOR", "{\"name\": \"NAME\", \"shape\": [1], \"dtype\": \"float32\"}")
                .replaceFirst("NAME", "x").replaceFirst("NAME", "y")
                .replaceFirst("NAME", "x").replaceFirst("NAME", "y");
        Sidecar sidecar = SidecarReader.read(text.getBytes(StandardCharsets.UTF_8), "m.pt.json");
        Set<Path> before = stored();
        for (int threads = 0; threads < 2; threads++) {
            int given = threads;
            InputException error = assertThrows(
                    InputException.class,
                    () -> PyTorch.LOADER.load(new byte[] {1}, sidecar, given));
            assertTrue(
                    error.getMessage().startsWith("PyTorch: its native library"),
                    error.getMessage());
        }
        assertEquals(before, stored());
    }

    private static Set<Path> stored() throws IOException {
        Path temporary = Paths.get(System.getProperty("java.io.tmpdir"));
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.toString().matches(".*/onpar-\\d+\\.pt"))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void theLibraryOfTheLiteInterpreterIsSoughtInTheFullOnes() {
        NativeLoader.initIfUninitialized(new PyTorchLibraries());
        UnsatisfiedLinkError error = assertThrows(
                UnsatisfiedLinkError.class, () -> NativeLoader.loadLibrary("pytorch_jni_lite"));
        assertTrue(error.getMessage().startsWith("no pytorch_jni in"));
    }
}
