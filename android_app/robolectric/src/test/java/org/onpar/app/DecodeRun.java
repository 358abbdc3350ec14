package org.onpar.app;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.onpar.core.Capture;
import org.onpar.core.CaptureWriter;
import org.onpar.core.InputException;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/**
 * Decodes every file of the folder `images` into the folder `out`: as `NAME.safetensors`, or, where
 * it is refused, as the sentence `NAME.txt`.
 */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class DecodeRun {
    @Test
    public void decode() throws Exception {
        Path out = Path.of(System.getProperty("out"));
        try (DirectoryStream<Path> images =
                Files.newDirectoryStream(Path.of(System.getProperty("images")))) {
            for (Path image : images) {
                String name = image.getFileName().toString();
                try {
                    Capture capture =
                            new Capture(
                                    Collections.emptyMap(),
                                    Collections.singletonMap(
                                            "decoded",
                                            PhotoDecoder.decode(Files.readAllBytes(image), name)
                                                    .tensor()));
                    CaptureWriter.write(out.resolve(name + ".safetensors"), capture);
                } catch (InputException error) {
                    Files.writeString(out.resolve(name + ".txt"), error.getMessage());
                }
            }
        }
    }
}
