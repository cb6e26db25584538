package io.seawall.certs;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;

/// The user that this process runs as: a container often has a uid without a name, where `user.name` is `?`.
final class ProcessUser {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessUser() {}

    /// For messages and `chown`: the uid where the system tells it, else the name.
    static String name() {
        // not the owner of /proc/self: that is root for a process with file capabilities (ports below 1024)
        try {
            List<String> lines = Files.exists(STATUS) ? Files.readAllLines(STATUS) : List.of();
            for (String line : lines) {
                if (line.startsWith("Uid:")) {
                    // real, effective, saved, file system
                    return line.substring("Uid:".length()).strip().split("\\s+", -1)[1];
                }
            }
        } catch (IOException e) {
            // a hidden /proc: the name has to do
        }
        return System.getProperty("user.name", "?");
    }

    static UserPrincipal principal() throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name());
    }
}
