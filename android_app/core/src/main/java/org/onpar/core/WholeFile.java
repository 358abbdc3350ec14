package org.onpar.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** A file is written whole or not at all: temporary file in the same folder, fsync, rename. */
public final class WholeFile {
    /** No reader of onpar takes a file with this prefix (parity/files/atomic.py). */
    private static final String TEMPORARY = ".onpar-";

    private WholeFile() {}

    /**
     * Write these bytes, one piece after another.
     *
     * @throws IOException where it cannot be written; what was there before is still there
     */
    public static void write(Path path, Iterable<ByteBuffer> pieces) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        // Not Files.createTempFile: its file would be its owner's alone to read.
        Path temporary = folder.resolve(TEMPORARY + UUID.randomUUID() + "-" + path.getFileName());
        try {
            try (FileChannel file =
                    FileChannel.open(
                            temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (ByteBuffer piece : pieces) {
                    while (piece.hasRemaining()) {
                        file.write(piece);
                    }
                }
                file.force(true);
            }
            Files.move(
                    temporary, path, StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
