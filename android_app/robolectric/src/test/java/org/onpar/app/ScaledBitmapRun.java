package org.onpar.app;

import android.graphics.Bitmap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.onpar.core.CaptureWriter;
import org.onpar.core.Case;
import org.onpar.core.Place;
import org.onpar.core.RgbImage;
import org.onpar.core.Session;
import org.onpar.core.Sidecar;
import org.onpar.core.SidecarReader;
import org.onpar.core.Tensor;
import org.onpar.core.steps.ResizeImageStep;
import org.onpar.core.steps.Step;
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
                String image = one.sources.get(0).file;
                byte[] file = Files.readAllBytes(folder.resolve(image));
                Photo photo = Photo.open(file, image, one.name);
                CaptureWriter.write(
                        folder.resolve(one.name + ".safetensors"),
                        session.capture(
                                one.name, photo.pixels, resized(sidecar, photo.pixels),
                                photo.sha256, Place.now()));
            }
        }
    }

    /** What the chain's own resize would make, by its name. */
    private static Map<String, Tensor> resized(Sidecar sidecar, RgbImage photo) {
        for (Step step : sidecar.chain.steps) {
            if (step instanceof ResizeImageStep) {
                ResizeImageStep resize = (ResizeImageStep) step;
                RgbImage scaled = scaled(photo, resize.height, resize.width);
                return Map.of(resize.makes.get(0).name, scaled.tensor());
            }
        }
        throw new IllegalArgumentException(sidecar.file + ": resizes no photo");
    }

    private static RgbImage scaled(RgbImage image, int height, int width) {
        Bitmap whole = PhotoBitmap.of(image);
        Bitmap small = Bitmap.createScaledBitmap(whole, width, height, true);
        return PhotoBitmap.pixels(small);
    }
}
