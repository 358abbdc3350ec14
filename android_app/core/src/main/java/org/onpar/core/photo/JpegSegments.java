package org.onpar.core.photo;

import java.util.ArrayList;
import java.util.List;
import org.onpar.core.InputException;

/** The segments of a JPEG (ITU-T T.81, annex B), up to the end of its first image. */
final class JpegSegments {
    static final int SOI = 0xd8;
    static final int EOI = 0xd9;
    private static final int SOS = 0xda;

    /** One segment: its marker's second byte, and where its length, its end and its data's are. */
    static final class Segment {
        final int marker;
        final int start;
        final int end;

        /** Of the coded pixels behind it, else the same as its own end. */
        final int endOfScan;

        Segment(int marker, int start, int end, int endOfScan) {
            this.marker = marker;
            this.start = start;
            this.end = end;
            this.endOfScan = endOfScan;
        }
    }

    private final byte[] file;
    private final String name;

    private JpegSegments(byte[] file, String name) {
        this.file = file;
        this.name = name;
    }

    /** @throws InputException where the file ends before its image does */
    static List<Segment> of(byte[] file, String name) throws InputException {
        return new JpegSegments(file, name).walk();
    }

    private List<Segment> walk() throws InputException {
        List<Segment> segments = new ArrayList<>();
        int at = 2;
        while (true) {
            int marker = marker(at);
            at = afterMarker(at);
            if (marker == EOI) {
                return segments;
            }
            // Those without a length: a restart, TEM, or another SOI.
            if (marker >= 0xd0 && marker <= SOI || marker == 1) {
                continue;
            }
            int end = at + length(at);
            int endOfScan = marker == SOS ? endOfScan(end) : end;
            segments.add(new Segment(marker, at, end, endOfScan));
            at = endOfScan;
        }
    }

    private int marker(int at) throws InputException {
        if (at + 2 > file.length) {
            throw PhotoFile.broken(name, "it ends before its end-of-image marker");
        }
        if ((file[at] & 0xff) != 0xff) {
            throw PhotoFile.broken(name, "a segment does not begin at byte " + at);
        }
        return file[afterMarker(at) - 1] & 0xff;
    }

    /** A marker may be filled up with any number of 0xff in front. */
    private int afterMarker(int at) throws InputException {
        int next = at + 1;
        while (next < file.length && (file[next] & 0xff) == 0xff) {
            next++;
        }
        if (next == file.length) {
            throw PhotoFile.broken(name, "it ends before its end-of-image marker");
        }
        return next + 1;
    }

    private int length(int at) throws InputException {
        if (at + 2 > file.length || word(file, at) < 2 || at + word(file, at) > file.length) {
            throw PhotoFile.broken(name, "it ends in the middle of a segment");
        }
        return word(file, at);
    }

    /** Where the next marker begins that is neither a stuffed 0xff nor a restart. */
    private int endOfScan(int from) throws InputException {
        for (int at = from; at + 1 < file.length; at++) {
            if (file[at] == (byte) 0xff) {
                int next = file[at + 1] & 0xff;
                if (next != 0 && next != 0xff && !(next >= 0xd0 && next < SOI)) {
                    return at;
                }
            }
        }
        throw PhotoFile.broken(name, "it ends before its end-of-image marker");
    }

    /** A big-endian u16. */
    static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
