package io.seawall.host;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What the kernel says of this process. A container often has a uid without a name, where `user.name` is `?`.
///
/// @param status the fields of `/proc/self/status`; empty where there is no proc file system, or a hidden one
public record ProcessFacts(Map<String, String> status) {
    private static final int LARGEST = 64 * 1024;
    private static final Path PROC = Path.of("/proc");

    public ProcessFacts {
        status = Map.copyOf(status);
    }

    /// @param proc where the proc file system is
    public static ProcessFacts read(Path proc) {
        Map<String, String> status = new HashMap<>();
        try {
            BoundedFile.text(proc.resolve("self").resolve("status"), LARGEST).lines().forEach(line -> {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    status.put(line.substring(0, colon), line.substring(colon + 1).strip());
                }
            });
        } catch (IOException e) {
            // nothing is known
        }
        return new ProcessFacts(status);
    }

    public Optional<String> field(String name) {
        return Optional.ofNullable(status.get(name));
    }

    public OptionalLong effectiveUid() {
        return number(effective("Uid"), 10);
    }

    /// A bit for each capability that is in effect; none where nothing is known.
    public long capabilities() {
        return number(field("CapEff"), 16).orElse(0);
    }

    /// For messages and `chown`: the uid where the system tells it, else the name.
    public static String name() {
        return read(PROC).effective("Uid").orElseGet(() -> System.getProperty("user.name", "?"));
    }

    /// The uid, where the system tells it.
    static OptionalLong uid() {
        return read(PROC).effectiveUid();
    }

    /// What `chown` takes after the user: `:` and the group's number where the system tells it, else nothing.
    public static String group() {
        return read(PROC).effective("Gid").map(gid -> ":" + gid).orElse("");
    }

    public static UserPrincipal principal() throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name());
    }

    /// Not the owner of /proc/self: that is root for a process with file capabilities (ports below 1024).
    private Optional<String> effective(String field) {
        // real, effective, saved, file system
        return field(field).map(numbers -> numbers.split("\\s+", -1)).filter(numbers -> numbers.length > 1)
                .map(numbers -> numbers[1]);
    }

    private static OptionalLong number(Optional<String> text, int radix) {
        try {
            return text.isPresent()
                    ? OptionalLong.of(Long.parseUnsignedLong(text.get(), radix))
                    : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
