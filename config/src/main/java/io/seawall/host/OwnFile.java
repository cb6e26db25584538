package io.seawall.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Makes files that are ours alone: mode 0600 from the first byte on, because a secret must not be readable even for the
/// moment before a chmod. Every file that Seawall makes is made here. On file systems without POSIX permissions it is made
/// without them.
public final class OwnFile {
    private static final String PRIVATE = "rw-------";
    private static final String PRIVATE_FOLDER = "rwx------";

    private OwnFile() {}

    /// Makes the file.
    ///
    /// @throws FileAlreadyExistsException where there is one
    public static void create(Path file, byte[] content) throws IOException {
        try (FileChannel channel = open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            write(channel, content);
        }
    }

    /// Writes behind what the file has; makes it where there is none.
    public static void append(Path file, byte[] content) throws IOException {
        try (FileChannel channel = open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            write(channel, content);
        }
    }

    /// Replaces the file as a whole: a crash leaves the old one or the new one, never half of either.
    ///
    /// @param mode its permissions in the end, as `ls` writes them
    public static void replace(Path file, byte[] content, String mode) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException(file + " is no file");
        }
        Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".tmp", attributes(folder, PRIVATE));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                write(channel, content);
                channel.force(true);
            }
            PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
            if (view != null) {
                view.setPermissions(PosixFilePermissions.fromString(mode));
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        sync(folder);
    }

    /// Makes the folder, mode 0700, and those above it that are missing.
    public static void createFolder(Path folder) throws IOException {
        Files.createDirectories(folder, attributes(folder, PRIVATE_FOLDER));
    }

    /// Opens the file, and makes it where there is none and the options say so.
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), attributes(file, PRIVATE));
    }

    private static void write(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    // the new directory entry is on disk only after this; file systems that cannot do it do not need it
    private static void sync(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows does not open directories
        }
    }

    private static FileAttribute<?>[] attributes(Path near, String mode) {
        return near.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
