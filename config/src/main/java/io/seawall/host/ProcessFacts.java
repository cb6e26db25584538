package io.seawall.host;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.OptionalLong;

/// The user that this process runs as: a container often has a uid without a name, where `user.name` is `?`.
public final class ProcessFacts {
    private static final int LARGEST = 64 * 1024;
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessFacts() {}

    /// For messages and `chown`: the uid where the system tells it, else the name.
    public static String name() {
        return effective("Uid:").orElseGet(() -> System.getProperty("user.name", "?"));
    }

    /// The uid, where the system tells it.
    static OptionalLong uid() {
        return effective("Uid:").map(uid -> OptionalLong.of(Long.parseLong(uid))).orElse(OptionalLong.empty());
    }

    /// What `chown` takes after the user: `:` and the group's number where the system tells it, else nothing.
    public static String group() {
        return effective("Gid:").map(gid -> ":" + gid).orElse("");
    }

    private static Optional<String> effective(String field) {
        // not the owner of /proc/self: that is root for a process with file capabilities (ports below 1024)
        try {
            for (String line : BoundedFile.text(STATUS, LARGEST).lines().toList()) {
                if (line.startsWith(field)) {
                    // real, effective, saved, file system
                    return Optional.of(line.substring(field.length()).strip().split("\\s+", -1)[1]);
                }
            }
        } catch (IOException e) {
            // a hidden /proc: the name has to do
        }
        return Optional.empty();
    }

    public static UserPrincipal principal() throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name());
    }
}
