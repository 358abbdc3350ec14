package org.onpar.core.photo;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.onpar.core.InputException;
import org.onpar.core.RgbImage;

/** EXIF orientation: pixels as the camera held them become pixels as a viewer shows them. */
final class Exif {
    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;
    private static final int LONG = 4;

    /** JPEG has it in front of the block; some writers of PNG have it too. */
    private static final byte[] PREFIX = {'E', 'x', 'i', 'f', 0, 0};

    private Exif() {}

    /** Undo the orientation that an EXIF block states; none and unknown values change nothing. */
    static RgbImage upright(RgbImage image, byte[] exif, String name) throws InputException {
        int orientation = orientation(exif, name);
        if (orientation < 2 || orientation > 8) {
            return image;
        }
        boolean turned = orientation >= 5;
        int height = turned ? image.width : image.height;
        int width = turned ? image.height : image.width;
        byte[] out = new byte[image.pixels.length];
        for (int y = 0, to = 0; y < height; y++) {
            for (int x = 0; x < width; x++, to += 3) {
                int row = turned ? x : y;
                int column = turned ? y : x;
                // What each orientation means: Exif 2.32, 4.6.4, tag 0x0112.
                if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) {
                    row = image.height - 1 - row;
                }
                if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) {
                    column = image.width - 1 - column;
                }
                System.arraycopy(image.pixels, (row * image.width + column) * 3, out, to, 3);
            }
        }
        return new RgbImage(height, width, out);
    }

    /** The tag of the first directory (TIFF 6.0, section 2); 1 where there is none. */
    private static int orientation(byte[] block, String name) throws InputException {
        byte[] exif =
                Photo.startsWith(block, PREFIX)
                        ? Arrays.copyOfRange(block, PREFIX.length, block.length) : block;
        if (exif.length == 0) {
            return 1;
        }
        ByteBuffer tiff = ByteBuffer.wrap(exif);
        if (exif.length < 8 || !isOrdered(tiff) || tiff.getShort(2) != 42) {
            throw new InputException(
                    name + ": has EXIF data that cannot be read (no TIFF header); save it again "
                            + "without them");
        }
        try {
            tiff.position(Math.toIntExact(Integer.toUnsignedLong(tiff.getInt(4))));
            for (int entries = tiff.getShort() & 0xffff; entries > 0; entries--) {
                int tag = tiff.getShort() & 0xffff;
                int type = tiff.getShort() & 0xffff;
                int count = tiff.getInt();
                int value = tiff.getInt();
                if (tag == ORIENTATION && inside(type, count)) {
                    boolean upper = type == SHORT && tiff.order() == ByteOrder.BIG_ENDIAN;
                    return upper ? value >>> 16 : type == SHORT ? value & 0xffff : value;
                }
            }
        } catch (BufferUnderflowException | ArithmeticException | IllegalArgumentException error) {
            // The directory is not whole: it states no orientation.
            return 1;
        }
        return 1;
    }

    /** Whether the first of the values stands in the entry itself. */
    private static boolean inside(int type, int count) {
        return type == SHORT && (count == 1 || count == 2) || type == LONG && count == 1;
    }

    private static boolean isOrdered(ByteBuffer tiff) {
        boolean little = tiff.get(0) == 'I' && tiff.get(1) == 'I';
        tiff.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        return little || tiff.get(0) == 'M' && tiff.get(1) == 'M';
    }
}
