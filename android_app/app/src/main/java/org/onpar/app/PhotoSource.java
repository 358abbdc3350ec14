package org.onpar.app;

import android.content.ContentResolver;
import android.content.Context;
import android.database.Cursor;
import android.net.Uri;
import android.provider.OpenableColumns;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.onpar.core.Case;
import org.onpar.core.InputException;
import org.onpar.core.Limits;
import org.onpar.core.WholeFile;

/** Where photos come from: the app's assets, and any app of the phone that has photos. */
final class PhotoSource {
    private static final String FOLDER = "photos";

    private PhotoSource() {}

    /** The bundled photos' file names, sorted. */
    static List<String> bundled(Context context) throws IOException {
        String[] names = context.getAssets().list(FOLDER);
        Arrays.sort(names);
        return Arrays.asList(names);
    }

    /** A bundled photo. Captures call it by the case of a bundled model that it is. */
    static Photo open(Context context, String name) throws InputException, IOException {
        return Photo.open(
                Streams.asset(context, FOLDER + "/" + name), name, caseName(context, name));
    }

    private static String caseName(Context context, String image) throws IOException {
        for (String model : Models.names(context)) {
            try {
                for (Case one : Models.sidecar(context, model).cases) {
                    if (one.sources.stream().anyMatch(source -> source.file.equals(image))) {
                        return one.name;
                    }
                }
            } catch (InputException error) {
                // The error is shown when the user chooses that model.
                continue;
            }
        }
        return "";
    }

    /** A photo of another app. A copy is kept, as what the other app allows ends with this one. */
    static Photo pick(Context context, Uri uri) throws InputException {
        String name = name(context.getContentResolver(), uri);
        byte[] content;
        try (InputStream stream = context.getContentResolver().openInputStream(uri)) {
            content = Streams.all(stream, Limits.MAX_PHOTO_BYTES);
        } catch (IOException | RuntimeException error) {
            // The other app may throw an exception of any class.
            throw new InputException(
                    context.getString(R.string.not_readable, name, error.getMessage()), error);
        }
        Photo photo = Photo.open(content, name, "");
        try {
            WholeFile.write(
                    kept(context).toPath(), Collections.singleton(ByteBuffer.wrap(content)));
        } catch (IOException error) {
            // Without the copy the photo is gone once the process is.
            kept(context).delete();
        }
        return photo;
    }

    /** The photo that was picked last. */
    static Photo pickedLast(Context context) throws InputException {
        File file = kept(context);
        try (InputStream stream = new FileInputStream(file)) {
            return Photo.open(Streams.all(stream, Limits.MAX_PHOTO_BYTES), file.getName(), "");
        } catch (IOException error) {
            throw new InputException(
                    context.getString(R.string.not_readable, file.getName(), error.getMessage()),
                    error);
        }
    }

    private static File kept(Context context) {
        return new File(context.getFilesDir(), "picked");
    }

    private static String name(ContentResolver resolver, Uri uri) {
        String[] columns = {OpenableColumns.DISPLAY_NAME};
        try (Cursor cursor = resolver.query(uri, columns, null, null, null)) {
            if (cursor != null && cursor.moveToFirst() && cursor.getString(0) != null) {
                return cursor.getString(0);
            }
        } catch (RuntimeException error) {
            // The other app's fault; the photo may be readable for all that.
        }
        return String.valueOf(uri.getLastPathSegment());
    }
}
