package org.onpar.app;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.onpar.core.RgbImage;

/** A PNG with a colour profile (PNG specification, 5 and 11), in memory: Android writes none. */
final class ProfiledPng {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte GREY = 0;
    private static final byte RGB = 2;

    private ProfiledPng() {}

    /** @param grey whether to store R alone */
    static byte[] of(RgbImage image, byte[] icc, boolean grey) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(SIGNATURE, 0, SIGNATURE.length);
        ByteBuffer header = ByteBuffer.allocate(13);
        header.putInt(image.width).putInt(image.height).put((byte) 8).put(grey ? GREY : RGB);
        chunk(png, "IHDR", header.array());
        ByteArrayOutputStream profile = new ByteArrayOutputStream();
        // Its name, a zero that ends it, and the method of compression, 0.
        profile.write('p');
        profile.write(0);
        profile.write(0);
        deflate(icc, profile);
        chunk(png, "iCCP", profile.toByteArray());
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        deflate(rows(image, grey ? 1 : 3), pixels);
        chunk(png, "IDAT", pixels.toByteArray());
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    /** Each row behind its filter, 0: none. */
    private static byte[] rows(RgbImage image, int channels) {
        byte[] rows = new byte[image.height * (image.width * channels + 1)];
        for (int y = 0, from = 0, to = 0; y < image.height; y++) {
            to++;
            for (int x = 0; x < image.width; x++, from += 3) {
                for (int channel = 0; channel < channels; channel++) {
                    rows[to++] = image.pixels[from + channel];
                }
            }
        }
        return rows;
    }

    private static void deflate(byte[] content, ByteArrayOutputStream out) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        deflater.setInput(content);
        deflater.finish();
        byte[] block = new byte[1 << 16];
        while (!deflater.finished()) {
            out.write(block, 0, deflater.deflate(block));
        }
        deflater.end();
    }

    private static void chunk(ByteArrayOutputStream png, String kind, byte[] content) {
        byte[] name = kind.getBytes(StandardCharsets.US_ASCII);
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(content);
        ByteBuffer chunk = ByteBuffer.allocate(content.length + 12);
        chunk.putInt(content.length).put(name).put(content).putInt((int) sum.getValue());
        png.write(chunk.array(), 0, chunk.capacity());
    }
}
