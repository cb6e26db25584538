package io.seawall.proxy.diagnose.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Who owns a file, and who may do what with it.
///
/// @param mode the permission bits, as `chmod` takes them
public record FileFacts(int uid, int mode) {
    private static final int PERMISSIONS = 07777;

    /// Empty where there is none, or where the file system has no owners.
    public static Optional<FileFacts> read(Path file) {
        try {
            Map<String, Object> facts = Files.readAttributes(file, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
            return facts.get("uid") instanceof Integer uid && facts.get("mode") instanceof Integer mode
                    ? Optional.of(new FileFacts(uid, mode & PERMISSIONS))
                    : Optional.empty();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public boolean isForOwnerOnly() {
        return (mode & 077) == 0;
    }

    public String octal() {
        return Integer.toOctalString(mode);
    }
}
