package io.seawall.proxy.session;

import io.seawall.host.BoundedFile;
import io.seawall.host.OwnFile;
import io.seawall.host.PrivateFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/// The key that session cookies are signed with, kept in the state directory so that logins survive a restart.
public final class SessionKey {
    private static final System.Logger LOG = System.getLogger(SessionKey.class.getName());
    private static final int LENGTH = 32;

    private SessionKey() {}

    /// Reads `session.key`; empty where there is none of the right size, or other users may have read or written it.
    public static Optional<byte[]> read(Path stateDirectory) throws IOException {
        Path file = stateDirectory.resolve("session.key");
        if (!Files.exists(file) || PrivateFile.secret(file).isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(BoundedFile.bytes(file, LENGTH)).filter(key -> key.length == LENGTH);
        } catch (BoundedFile.UnfitException e) {
            return Optional.empty();
        }
    }

    /// Reads `session.key`, or makes it, mode 0600. One of the wrong size, or that other users may have read or
    /// written, is replaced: that only ends sessions.
    public static byte[] load(Path stateDirectory) throws IOException {
        Optional<byte[]> kept = read(stateDirectory);
        if (kept.isPresent()) {
            return kept.get();
        }
        Path file = stateDirectory.resolve("session.key");
        Optional<PrivateFile.Fault> fault = Files.exists(file) ? PrivateFile.secret(file) : Optional.empty();
        fault.ifPresent(found -> LOG.log(System.Logger.Level.WARNING, "SEAWALL_STATE_DIR: " + file + " "
                + found.found() + ", so others may know the key: it is replaced, and everybody has to log in again"));
        Files.deleteIfExists(file);
        byte[] key = new byte[LENGTH];
        new SecureRandom().nextBytes(key);
        try {
            OwnFile.create(file, key);
        } catch (FileAlreadyExistsException e) {
            return BoundedFile.bytes(file, LENGTH); // another process was faster
        }
        return key;
    }
}
