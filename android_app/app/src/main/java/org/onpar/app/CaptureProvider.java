package org.onpar.app;

import android.content.ContentProvider;
import android.content.ContentValues;
import android.content.Context;
import android.database.Cursor;
import android.database.MatrixCursor;
import android.net.Uri;
import android.os.ParcelFileDescriptor;
import android.provider.OpenableColumns;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.onpar.core.Capture;
import org.onpar.core.CaptureWriter;

/**
 * Lets the app that a person shares a capture with read that one file.
 *
 * <p>Not exported: another app opens only what an intent grants it, and only to read.
 */
public final class CaptureProvider extends ContentProvider {
    static final String TYPE = "application/octet-stream";
    private static final String AUTHORITY = "org.onpar.app.captures";

    /**
     * Write the capture where this provider finds it. Only the last one is kept.
     *
     * @return what to share
     */
    static Uri offer(Context context, Capture capture) throws IOException {
        File folder = folder(context);
        File[] old = folder.listFiles();
        for (File file : old == null ? new File[0] : old) {
            file.delete();
        }
        String name = capture.metadata.get("case").replaceAll("[^A-Za-z0-9._-]", "_");
        name += ".safetensors";
        CaptureWriter.write(folder.toPath().resolve(name), capture);
        return new Uri.Builder().scheme("content").authority(AUTHORITY).appendPath(name).build();
    }

    private static File folder(Context context) {
        return new File(context.getCacheDir(), "shared");
    }

    private File file(Uri uri) throws FileNotFoundException {
        String name = uri.getLastPathSegment();
        File[] offered = folder(getContext()).listFiles();
        // Compared with what is there: no name can lead out of the folder.
        for (File file : offered == null ? new File[0] : offered) {
            if (uri.getPathSegments().size() == 1 && file.getName().equals(name)) {
                return file;
            }
        }
        throw new FileNotFoundException(uri + ": is shared no more; share the capture again");
    }

    @Override
    public ParcelFileDescriptor openFile(Uri uri, String mode) throws FileNotFoundException {
        if (!mode.equals("r")) {
            throw new FileNotFoundException(uri + ": can only be read, not opened as " + mode);
        }
        return ParcelFileDescriptor.open(file(uri), ParcelFileDescriptor.MODE_READ_ONLY);
    }

    /** Name and size, for the app that it is shared with. */
    @Override
    public Cursor query(
            Uri uri, String[] projection, String selection, String[] arguments, String order) {
        MatrixCursor rows =
                new MatrixCursor(new String[] {OpenableColumns.DISPLAY_NAME, OpenableColumns.SIZE});
        try {
            File file = file(uri);
            rows.addRow(new Object[] {file.getName(), file.length()});
        } catch (FileNotFoundException error) {
            // No row: the file does not exist.
        }
        return rows;
    }

    @Override
    public String getType(Uri uri) {
        return TYPE;
    }

    @Override
    public boolean onCreate() {
        return true;
    }

    @Override
    public Uri insert(Uri uri, ContentValues values) {
        throw new UnsupportedOperationException("captures can only be read");
    }

    @Override
    public int update(Uri uri, ContentValues values, String selection, String[] arguments) {
        throw new UnsupportedOperationException("captures can only be read");
    }

    @Override
    public int delete(Uri uri, String selection, String[] arguments) {
        throw new UnsupportedOperationException("captures can only be read");
    }
}
