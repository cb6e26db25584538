package io.seawall.proxy.exposure;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file of the kernel's that is read again and again by a descriptor that is kept: it can be read when no other is
/// left. Not a channel, which would close when its thread is interrupted. Not thread-safe.
final class ProcFile {
    private final Path path;
    private @Nullable RandomAccessFile open;

    ProcFile(Path path) {
        this.path = path;
    }

    /// Whether it is certain that there is none, as `tcp6` on a kernel without IPv6. Asks without a descriptor.
    boolean isAbsent() {
        return open == null && Files.notExists(path);
    }

    /// Its text as it is now, from the beginning.
    ///
    /// @throws IOException where it cannot be had; the next call tries again
    InputStream read() throws IOException {
        RandomAccessFile file = open;
        if (file == null) {
            file = opened();
            open = file;
        }
        file.seek(0);
        return new Reading(file);
    }

    private RandomAccessFile opened() throws IOException {
        try {
            return new RandomAccessFile(path.toFile(), "r");
        } catch (FileNotFoundException e) {
            // what the JDK calls every failure to open; its message has the reason
            throw new IOException(e.getMessage(), e);
        }
    }

    /// Gives the descriptor back.
    void close() {
        RandomAccessFile file = open;
        open = null;
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                // it was only read
            }
        }
    }

    private static final class Reading extends InputStream {
        private final RandomAccessFile file;

        Reading(RandomAccessFile file) {
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            return file.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return file.read(bytes, offset, length);
        }
    }
}
