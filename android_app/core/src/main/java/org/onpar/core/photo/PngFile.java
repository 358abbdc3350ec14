package org.onpar.core.photo;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.onpar.core.InputException;
import org.onpar.core.Limits;
import org.onpar.core.RgbImage;

/** A PNG, chunk by chunk (PNG specification, 5.3), each with its checksum. */
final class PngFile {
    /** tRNS is not among them: alpha is dropped, and a transparent colour is a colour. */
    private static final List<String> PIXELS = Arrays.asList("IHDR", "PLTE", "IDAT", "IEND");

    private static final int SIGNATURE = 8;

    private PngFile() {}

    /** @param name of the file, for errors */
    static PhotoFile parse(byte[] file, String name) throws InputException {
        ByteBuffer header = ByteBuffer.wrap(file);
        if (file.length < 33) {
            throw PhotoFile.broken(name, "it ends in its header");
        }
        long width = Integer.toUnsignedLong(header.getInt(16));
        long height = Integer.toUnsignedLong(header.getInt(20));
        int bits = file[24] & 0xff;
        int colour = file[25] & 0xff;
        RgbImage.checkSize(name, width, height);
        if (bits > 8) {
            throw new InputException(
                    name + ": a PNG of " + bits + " bits a channel, expected at most 8; save it "
                            + "with 8 bits");
        }
        ByteArrayOutputStream plain = new ByteArrayOutputStream(file.length);
        plain.write(file, 0, SIGNATURE);
        byte[] icc = null;
        byte[] exif = null;
        int at = SIGNATURE;
        for (String kind = ""; !kind.equals("IEND"); ) {
            if (at + 12L > file.length || at + 12L + length(header, at) > file.length) {
                throw PhotoFile.broken(name, "it ends in the middle of a chunk");
            }
            int size = (int) length(header, at);
            kind = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
            CRC32 sum = new CRC32();
            sum.update(file, at + 4, size + 4);
            if ((int) sum.getValue() != header.getInt(at + 8 + size)) {
                throw PhotoFile.broken(name, "the checksum of a chunk is wrong");
            }
            if (PIXELS.contains(kind)) {
                plain.write(file, at, size + 12);
            } else if (kind.equals("iCCP")) {
                icc = profile(Arrays.copyOfRange(file, at + 8, at + 8 + size));
            } else if (kind.equals("eXIf")) {
                exif = Arrays.copyOfRange(file, at + 8, at + 8 + size);
            }
            at += size + 12;
        }
        return new PhotoFile(
                "png", (int) width, (int) height, colour == 0 || colour == 4, plain.toByteArray(),
                icc, exif);
    }

    private static long length(ByteBuffer file, int at) {
        return Integer.toUnsignedLong(file.getInt(at));
    }

    /** Of an iCCP chunk: a name, a zero, the method 0, and deflated bytes. Empty if damaged. */
    private static byte[] profile(byte[] chunk) {
        int end = 0;
        while (end < chunk.length && chunk[end] != 0) {
            end++;
        }
        if (end + 2 > chunk.length || chunk[end + 1] != 0) {
            return new byte[0];
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(chunk, end + 2, chunk.length - end - 2);
            ByteArrayOutputStream profile = new ByteArrayOutputStream();
            byte[] block = new byte[8192];
            while (!inflater.finished()) {
                int count = inflater.inflate(block);
                if (count == 0 || profile.size() + count > Limits.MAX_PNG_PROFILE_BYTES) {
                    return new byte[0];
                }
                profile.write(block, 0, count);
            }
            return profile.toByteArray();
        } catch (DataFormatException error) {
            return new byte[0];
        } finally {
            inflater.end();
        }
    }
}
