package org.onpar.app;

import android.graphics.Bitmap;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.util.Arrays;
import org.onpar.core.Capture;
import org.onpar.core.ClassMapSpec;
import org.onpar.core.ImagePrep;
import org.onpar.core.Overlay;
import org.onpar.core.RgbImage;
import org.onpar.core.Sidecar;
import org.onpar.core.Tensor;

/** What a model made of a photo, and how it looks. */
final class Segmentation {
    /** Share of the class's colour; the photo shines through. */
    private static final double SHARE = 0.6;

    final Capture capture;

    /** The photo with the class map's colours; null where the model gives no class map. */
    final Bitmap picture;

    /** Pixels of each class; null where the model gives no class map. */
    final int[] counts;

    /** Null where the model gives no class map. */
    final ClassMapSpec spec;

    /** Median time of the model's runs, in milliseconds. */
    final double modelMs;

    /** Time of everything from the decoded photo to the class map, all runs, in milliseconds. */
    final double wholeMs;

    Segmentation(Capture capture, Sidecar sidecar, Photo photo, double wholeMs) {
        this.capture = capture;
        this.wholeMs = wholeMs;
        modelMs = median(capture.metadata.get("infer_ms"));
        Tensor classes = capture.tensors.get("classmap");
        boolean shown = sidecar.classmap != null && classes != null;
        spec = shown ? sidecar.classmap : null;
        counts = shown ? Overlay.counts(classes) : null;
        picture = shown ? picture(classes, sidecar, photo) : null;
    }

    private Bitmap picture(Tensor classes, Sidecar sidecar, Photo photo) {
        Tensor resized = capture.tensors.get("resized");
        int height = resized.shape()[0];
        int width = resized.shape()[1];
        byte[] pixels = new byte[height * width * 3];
        resized.bytes().get(pixels);
        int[] mixed =
                Overlay.over(
                        new RgbImage(height, width, pixels),
                        Overlay.colours(classes, sidecar.classmap), SHARE);
        Bitmap seen = Bitmap.createBitmap(mixed, width, height, Bitmap.Config.ARGB_8888);
        if (sidecar.prep.fit != ImagePrep.FitMode.STRETCH) {
            return seen;
        }
        // The model saw the photo squeezed; a person sees it as it was taken.
        return Bitmap.createScaledBitmap(
                seen, photo.preview.getWidth(), photo.preview.getHeight(), true);
    }

    private static double median(String list) {
        JsonArray times = JsonParser.parseString(list).getAsJsonArray();
        double[] sorted = new double[times.size()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = times.get(i).getAsDouble();
        }
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
