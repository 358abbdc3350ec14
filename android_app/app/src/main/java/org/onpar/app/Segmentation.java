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

    /** Measured runs. */
    final int runs;

    /** Time of everything, in milliseconds: loading, where the model was not, and all runs. */
    final double wholeMs;

    Segmentation(Capture capture, Sidecar sidecar, Photo photo, double wholeMs) {
        this.capture = capture;
        this.wholeMs = wholeMs;
        double[] times = numbers(capture.metadata.get("infer_ms"));
        runs = times.length;
        modelMs = (times[(runs - 1) / 2] + times[runs / 2]) / 2;
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
        int[] colours =
                scaled(Overlay.colours(classes, sidecar.classmap), classes.shape(), height, width);
        int[] mixed = Overlay.over(new RgbImage(height, width, pixels), colours, SHARE);
        Bitmap seen = Bitmap.createBitmap(mixed, width, height, Bitmap.Config.ARGB_8888);
        if (sidecar.prep.fit != ImagePrep.FitMode.STRETCH) {
            return seen;
        }
        // The model saw the photo squeezed; a person sees it as it was taken.
        return Bitmap.createScaledBitmap(
                seen, photo.preview.getWidth(), photo.preview.getHeight(), true);
    }

    /** A class map may be smaller than the photo that the model saw: each pixel's nearest. */
    private static int[] scaled(int[] colours, int[] shape, int height, int width) {
        int[] scaled = new int[height * width];
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                scaled[at++] =
                        colours[y * shape[0] / height * shape[1] + x * shape[1] / width];
            }
        }
        return scaled;
    }

    /** Of a JSON list, sorted. */
    private static double[] numbers(String list) {
        JsonArray times = JsonParser.parseString(list).getAsJsonArray();
        double[] sorted = new double[times.size()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = times.get(i).getAsDouble();
        }
        Arrays.sort(sorted);
        return sorted;
    }
}
