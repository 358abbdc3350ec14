package org.onpar.runtimes;

import com.facebook.soloader.nativeloader.NativeLoaderDelegate;
import com.facebook.soloader.nativeloader.SystemDelegate;

/**
 * Finds PyTorch's native libraries as the system does, under the names that they have.
 *
 * <p>In 1.13.1 the class that sets the number of threads asks for the lite interpreter's library,
 * which the archive of the full one does not have; the native methods are in the full one's.
 */
final class PyTorchLibraries implements NativeLoaderDelegate {
    private final NativeLoaderDelegate system = new SystemDelegate();

    /** The library's name in the archive. */
    static String inTheArchive(String library) {
        return library.equals("pytorch_jni_lite") ? "pytorch_jni" : library;
    }

    @Override
    public boolean loadLibrary(String library, int flags) {
        return system.loadLibrary(inTheArchive(library), flags);
    }

    @Override
    public String getLibraryPath(String library) throws java.io.IOException {
        return system.getLibraryPath(inTheArchive(library));
    }

    @Override
    public int getSoSourcesVersion() {
        return system.getSoSourcesVersion();
    }
}
