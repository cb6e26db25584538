package io.seawall.proxy.auth;

import io.seawall.config.BoundedFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;

/// The key that session cookies are signed with, kept in the state directory so that logins survive a restart.
public final class SessionKey {
    private static final int LENGTH = 32;

    private SessionKey() {}

    /// Reads `session.key`; empty where there is none of the right size.
    public static Optional<byte[]> read(Path stateDirectory) throws IOException {
        Path file = stateDirectory.resolve("session.key");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(BoundedFile.bytes(file, LENGTH)).filter(key -> key.length == LENGTH);
        } catch (BoundedFile.Unfit e) {
            return Optional.empty();
        }
    }

    /// Reads `session.key`, or makes it, mode 0600. A file of the wrong size is replaced: that only ends sessions.
    public static byte[] load(Path stateDirectory) throws IOException {
        Optional<byte[]> kept = read(stateDirectory);
        if (kept.isPresent()) {
            return kept.get();
        }
        Path file = stateDirectory.resolve("session.key");
        Files.deleteIfExists(file);
        byte[] key = new byte[LENGTH];
        new SecureRandom().nextBytes(key);
        try (var out = Files.newByteChannel(file,
                java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            out.write(java.nio.ByteBuffer.wrap(key));
        } catch (FileAlreadyExistsException e) {
            return BoundedFile.bytes(file, LENGTH); // another process was faster
        }
        return key;
    }
}
