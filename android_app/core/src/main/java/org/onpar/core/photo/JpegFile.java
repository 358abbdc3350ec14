package org.onpar.core.photo;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.onpar.core.InputException;
import org.onpar.core.RgbImage;

/** A JPEG's first image: what its segments say of the pixels, and the file without the rest. */
final class JpegFile {
    private static final int COM = 0xfe;

    private static final byte[] JFIF = ascii("JFIF\0");
    private static final byte[] EXIF = ascii("Exif\0\0");
    private static final byte[] ICC = ascii("ICC_PROFILE\0");
    private static final byte[] ADOBE = ascii("Adobe");

    /** Marks the colours as YCbCr (JFIF 1.02). */
    private static final byte[] AS_YCBCR = {
        (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 2, 0, 0, 1, 0, 1, 0, 0
    };

    /** Marks the colours as RGB: Adobe's segment with the transform 0. */
    private static final byte[] AS_RGB = {
        (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };

    private final byte[] file;
    private final String name;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final ByteArrayOutputStream exif = new ByteArrayOutputStream();
    private final List<byte[]> profile = new ArrayList<>();
    private boolean jfif;
    private int adobeTransform = -1;
    private byte[] frame;

    private JpegFile(byte[] file, String name) {
        this.file = file;
        this.name = name;
    }

    /** @param name of the file, for errors */
    static PhotoFile parse(byte[] file, String name) throws InputException {
        return new JpegFile(file, name).parse();
    }

    private PhotoFile parse() throws InputException {
        for (JpegSegments.Segment one : JpegSegments.of(file, name)) {
            segment(one.marker, Arrays.copyOfRange(file, one.start + 2, one.end));
            if (!(one.marker >= 0xe0 && one.marker <= 0xef || one.marker == COM)) {
                kept.write(0xff);
                kept.write(one.marker);
                kept.write(file, one.start, one.endOfScan - one.start);
            }
        }
        if (frame == null) {
            throw PhotoFile.broken(name, "it has no image");
        }
        return whole();
    }

    private PhotoFile whole() {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        byte[] colours = isRgb() ? AS_RGB : AS_YCBCR;
        byte[] segments = kept.toByteArray();
        plain.write(0xff);
        plain.write(JpegSegments.SOI);
        plain.write(colours, 0, colours.length);
        plain.write(segments, 0, segments.length);
        plain.write(0xff);
        plain.write(JpegSegments.EOI);
        return new PhotoFile(
                "jpeg", JpegSegments.word(frame, 3), JpegSegments.word(frame, 1), frame[5] == 1,
                plain.toByteArray(), icc(), exif.size() == 0 ? null : exif.toByteArray());
    }

    private void segment(int marker, byte[] content) throws InputException {
        if (marker == 0xe0 && Photo.startsWith(content, JFIF)) {
            jfif = true;
        } else if (marker == 0xe1 && Photo.startsWith(content, EXIF)) {
            exif.write(content, EXIF.length, content.length - EXIF.length);
        } else if (marker == 0xe2 && Photo.startsWith(content, ICC) && frame == null) {
            profile.add(content);
        } else if (marker == 0xee && Photo.startsWith(content, ADOBE) && content.length >= 12) {
            adobeTransform = content[11] & 0xff;
        } else if (isFrame(marker)) {
            if (frame != null) {
                throw PhotoFile.broken(name, "it has two frames");
            }
            checkFrame(content);
            frame = content;
        }
    }

    /** SOF0 to SOF15; three of these numbers are other segments: DHT, JPG and DAC. */
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8
                && marker != 0xcc;
    }

    private void checkFrame(byte[] content) throws InputException {
        if (content.length < 6 || content.length < 6 + 3 * (content[5] & 0xff)) {
            throw PhotoFile.broken(name, "its header is too short");
        }
        RgbImage.checkSize(name, JpegSegments.word(content, 3), JpegSegments.word(content, 1));
        if (content[0] != 8) {
            throw new InputException(
                    name + ": a JPEG of " + content[0] + " bits a channel, expected 8; save it "
                            + "with 8 bits");
        }
        if (content[5] != 1 && content[5] != 3) {
            String colours = content[5] == 4 ? "CMYK" : content[5] + " channels";
            throw new InputException(
                    name + ": its colours are " + colours
                            + ", expected grey or RGB; save as RGB");
        }
    }

    /** What libjpeg assumes (default_decompress_parms in jdapimin.c); ImageIO guesses otherwise. */
    private boolean isRgb() {
        if (frame[5] != 3 || jfif) {
            return false;
        }
        if (adobeTransform >= 0) {
            return adobeTransform == 0;
        }
        return frame[6] == 'R' && frame[9] == 'G' && frame[12] == 'B';
    }

    /** The profile's pieces in their order; empty where one is missing. */
    private byte[] icc() {
        if (profile.isEmpty()) {
            return null;
        }
        int header = ICC.length + 2;
        // Its number stands in front of its content, behind the name that all have.
        profile.sort(Comparator.comparingInt(piece -> number(piece)));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] piece : profile) {
            if (piece.length < header || (piece[header - 1] & 0xff) != profile.size()) {
                return new byte[0];
            }
            whole.write(piece, header, piece.length - header);
        }
        return whole.toByteArray();
    }

    private static int number(byte[] piece) {
        return piece.length > ICC.length ? piece[ICC.length] & 0xff : 0;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
