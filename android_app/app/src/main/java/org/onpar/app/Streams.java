package org.onpar.app;

import android.content.Context;
import android.content.res.AssetManager;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Whole streams as bytes: `InputStream.readAllBytes` is not there before Android 13. */
final class Streams {
    private Streams() {}

    /** A file of the app's assets. */
    static byte[] asset(Context context, String path) throws IOException {
        try (InputStream stream =
                context.getAssets().open(path, AssetManager.ACCESS_STREAMING)) {
            return all(stream, Integer.MAX_VALUE);
        }
    }

    /**
     * Everything up to the stream's end.
     *
     * @throws IOException also where there is more than the limit, in bytes
     */
    static byte[] all(InputStream stream, int limit) throws IOException {
        // An asset's stream knows what is left: a model is then read without a second copy.
        byte[] bytes = new byte[Math.min(limit, Math.max(stream.available(), 1 << 16))];
        int size = 0;
        while (true) {
            int read = stream.read(bytes, size, bytes.length - size);
            if (read > 0) {
                size += read;
            }
            if (size == bytes.length) {
                int next = stream.read();
                if (next < 0) {
                    return bytes;
                }
                if (size == limit) {
                    throw new IOException("more than " + limit + " bytes");
                }
                bytes = Arrays.copyOf(bytes, (int) Math.min(limit, 2L * size));
                bytes[size++] = (byte) next;
            } else if (read < 0) {
                return Arrays.copyOf(bytes, size);
            }
        }
    }
}
