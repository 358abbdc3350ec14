package org.onpar.app;

import android.graphics.Bitmap;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.onpar.core.CaptureWriter;
import org.onpar.core.Case;
import org.onpar.core.Place;
import org.onpar.core.RgbImage;
import org.onpar.core.Session;
import org.onpar.core.Sidecar;
import org.onpar.core.SidecarReader;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.GraphicsMode;

/**
 * What the tutorials do: the photo goes through {@code Bitmap.createScaledBitmap}, and everything
 * else is as the app has it. bench/scaled_bitmap.py starts it.
 */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 34)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
public class ScaledBitmapRun {
    @Test
    public void capture() throws Exception {
        Path folder = Path.of(System.getProperty("folder"));
        Path model = folder.resolve(System.getProperty("model"));
        Sidecar sidecar =
                SidecarReader.read(Files.readAllBytes(Path.of(model + ".json")), model + ".json");
        try (Session session =
                new Session(
                        Files.readAllBytes(model), sidecar,
                        Runtimes.taking(sidecar.format).get(0), Phone.place(), 1, 1)) {
            for (Case one : sidecar.cases) {
                byte[] file = Files.readAllBytes(folder.resolve(one.image));
                Photo photo = Photo.open(file, one.image, one.name);
                RgbImage scaled =
                        scaled(photo.pixels, sidecar.prep.height, sidecar.prep.width);
                CaptureWriter.write(
                        folder.resolve(one.name + ".safetensors"),
                        session.capture(
                                one.name, photo.pixels, scaled, photo.sha256, Place.now()));
            }
        }
    }

    private static RgbImage scaled(RgbImage image, int height, int width) {
        Bitmap whole = PhotoBitmap.of(image);
        Bitmap small = Bitmap.createScaledBitmap(whole, width, height, true);
        return PhotoBitmap.pixels(small);
    }
}
