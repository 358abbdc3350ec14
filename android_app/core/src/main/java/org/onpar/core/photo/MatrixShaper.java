package org.onpar.core.photo;

import org.onpar.core.RgbImage;

/**
 * From a profile of three curves and a matrix to sRGB in 8 bits, equal to the bit to LittleCMS.
 *
 * <p>OptimizeMatrixShaper of LittleCMS's cmsopt.c: the curves as tables, the matrix in 1.14 fixed
 * point. Java's own LittleCMS is not equal, because Java can hand it sRGB only as a file, in which
 * its numbers are rounded: one level apart in 0.6 % of the values of a photo.
 */
final class MatrixShaper {
    /**
     * sRGB's colorants adapted to D50, X, Y and Z in rows, R, G and B in columns: what
     * cmsCreate_sRGBProfile of LittleCMS 2.19 computes of Rec. 709's primaries and D65.
     */
    private static final double[][] SRGB = {
        {0.43604125161605084, 0.3851129107981557, 0.14304583758579362},
        {0.22248454022947742, 0.7169050786084579, 0.060610381162065304},
        {0.013920187471375375, 0.09706723869712407, 0.713912573831501}
    };

    private final int[][] before = new int[3][256];
    private final int[][] matrix = new int[3][3];
    private static final byte[] AFTER = after();

    MatrixShaper(IccProfile profile) {
        String[] curves = {"rTRC", "gTRC", "bTRC"};
        double[][] toXyz = profile.colorants();
        double[][] fromXyz = inverse(SRGB);
        for (int i = 0; i < 3; i++) {
            ToneCurve curve = profile.curve(curves[i]);
            for (int level = 0; level < 256; level++) {
                before[i][level] = Fixed.fourteen(curve.at((float) (level / 255.0)));
            }
            for (int j = 0; j < 3; j++) {
                double sum = 0;
                for (int k = 0; k < 3; k++) {
                    sum += fromXyz[i][k] * toXyz[k][j];
                }
                matrix[i][j] = Fixed.fourteen(sum);
            }
        }
    }

    RgbImage apply(RgbImage image) {
        byte[] in = image.pixels;
        byte[] out = new byte[in.length];
        for (int at = 0; at < in.length; at += 3) {
            int red = before[0][in[at] & 0xff];
            int green = before[1][in[at + 1] & 0xff];
            int blue = before[2][in[at + 2] & 0xff];
            for (int i = 0; i < 3; i++) {
                int sum = matrix[i][0] * red + matrix[i][1] * green + matrix[i][2] * blue;
                out[at + i] = AFTER[Math.max(0, Math.min(sum + 0x2000 >> 14, 16384))];
            }
        }
        return new RgbImage(image.height, image.width, out);
    }

    /** sRGB's curve (IEC 61966-2-1) inverted, from 1.14 to levels. */
    private static byte[] after() {
        double gamma = 2.4;
        double a = 1 / 1.055;
        double b = 0.055 / 1.055;
        double slope = 1 / 12.92;
        double knee = Math.pow(a * 0.04045 + b, gamma);
        byte[] levels = new byte[16385];
        for (int i = 0; i < levels.length; i++) {
            float x = (float) (i / 16384.0);
            double y = x >= knee ? (Math.pow(x, 1.0 / gamma) - b) / a : x / slope;
            levels[i] = Fixed.level(Fixed.word(Math.max(0, Math.min((float) y, 1)) * 65535.0));
        }
        return levels;
    }

    /** By the adjugate. */
    private static double[][] inverse(double[][] m) {
        double[][] adjugate = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                int r = (j + 1) % 3;
                int s = (j + 2) % 3;
                int c = (i + 1) % 3;
                int d = (i + 2) % 3;
                adjugate[i][j] = m[r][c] * m[s][d] - m[r][d] * m[s][c];
            }
        }
        double determinant =
                m[0][0] * adjugate[0][0] + m[0][1] * adjugate[1][0] + m[0][2] * adjugate[2][0];
        for (double[] row : adjugate) {
            for (int j = 0; j < 3; j++) {
                row[j] /= determinant;
            }
        }
        return adjugate;
    }
}
