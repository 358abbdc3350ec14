package org.onpar.core.photo;

import java.nio.ByteBuffer;

/** A tone curve of an ICC profile, from 0–1 to 0–1, evaluated as LittleCMS does (cmsgamma.c). */
final class ToneCurve {
    private interface Function {
        double at(float x);
    }

    private final Function function;

    private ToneCurve(Function function) {
        this.function = function;
    }

    /** The curve at x, both rounded to f32. */
    float at(float x) {
        return (float) function.at(x);
    }

    /** Of a tag of type `curv` or `para` (ICC.1:2022, 10.6 and 10.18). */
    static ToneCurve parse(ByteBuffer tag) {
        if (tag.remaining() < 12) {
            throw new IllegalArgumentException("a tone curve is not whole");
        }
        int type = tag.getInt(0);
        if (type == 0x63757276) {
            return sampled(tag);
        }
        if (type == 0x70617261) {
            return parametric(tag);
        }
        throw new IllegalArgumentException("a tone curve is of an unknown type");
    }

    private static ToneCurve sampled(ByteBuffer tag) {
        int count = tag.getInt(8);
        if (count < 0 || 12 + 2L * count > tag.remaining()) {
            throw new IllegalArgumentException("a tone curve is not whole");
        }
        if (count < 2) {
            // None is the identity, one is a gamma as u8Fixed8Number.
            double gamma = count == 0 ? 1.0 : (tag.getShort(12) & 0xffff) / 256.0;
            return new ToneCurve(x -> power(x, gamma));
        }
        int[] table = new int[count];
        for (int i = 0; i < count; i++) {
            table[i] = tag.getShort(12 + 2 * i) & 0xffff;
        }
        return new ToneCurve(x -> interpolated(table, Fixed.word(x * 65535.0)) / 65535.0);
    }

    /** In 16 bits, as LinLerp1D of cmsintrp.c. */
    private static int interpolated(int[] table, int x) {
        int last = table.length - 1;
        if (x == 0xffff) {
            return table[last];
        }
        long scaled = (long) last * x;
        scaled += (scaled + 0x7fff) / 0xffff;
        int cell = (int) (scaled >> 16);
        long rest = scaled & 0xffff;
        return (int) ((table[cell + 1] - table[cell]) * rest + 0x8000 >> 16) + table[cell] & 0xffff;
    }

    private static ToneCurve parametric(ByteBuffer tag) {
        int function = tag.getShort(8);
        int[] counts = {1, 3, 4, 5, 7};
        if (function < 0 || function > 4 || 12 + 4 * counts[function] > tag.remaining()) {
            throw new IllegalArgumentException("a tone curve is not whole");
        }
        double[] p = new double[7];
        for (int i = 0; i < counts[function]; i++) {
            p[i] = IccProfile.fixed(tag, 12 + 4 * i);
        }
        return new ToneCurve(parametric(function, p));
    }

    private static Function parametric(int function, double[] p) {
        switch (function) {
            case 0:
                return x -> power(x, p[0]);
            case 1:
                return x -> x >= -p[2] / p[1] ? power(p[1] * x + p[2], p[0]) : 0;
            case 2:
                return x -> x >= -p[2] / p[1] ? power(p[1] * x + p[2], p[0]) + p[3] : p[3];
            case 3:
                return x -> x >= p[4] ? power(p[1] * x + p[2], p[0]) : x * p[3];
            default:
                return x -> x >= p[4] ? power(p[1] * x + p[2], p[0]) + p[5] : x * p[3] + p[6];
        }
    }

    /** A power of what is not negative. */
    private static double power(double x, double exponent) {
        return x > 0 ? Math.pow(x, exponent) : 0;
    }
}
