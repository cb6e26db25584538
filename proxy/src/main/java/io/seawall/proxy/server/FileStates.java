package io.seawall.proxy.server;

import io.seawall.host.BoundedFile;
import io.seawall.host.PrivateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/// What files hold, and who may change them, for telling whether one has changed: however it is replaced, and whatever
/// its time says.
final class FileStates {
    private static final int MOST = 1024 * 1024;

    private FileStates() {}

    /// @return for each file a digest of its text, or that it cannot be read
    static Map<Path, String> of(Collection<Path> files) {
        Map<Path, String> states = new LinkedHashMap<>();
        files.forEach(file -> states.put(file, state(file)));
        return states;
    }

    private static String state(Path file) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(BoundedFile.bytes(file, MOST)))
                    + PrivateFile.secret(file).map(PrivateFile.Fault::toString).orElse("")
                    + PrivateFile.decisive(file).map(PrivateFile.Fault::toString).orElse("");
        } catch (IOException e) {
            return "unreadable";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
