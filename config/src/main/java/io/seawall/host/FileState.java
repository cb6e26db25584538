package io.seawall.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Tells whether a file is another than before: by its content and by who may change it, because times and inodes show
/// that a file was written, not what.
public final class FileState {
    private FileState() {}

    /// Equal as long as the file is. A file that cannot be read has a state, too.
    ///
    /// @param most bytes that it may have
    public static String of(Path file, int most) {
        try {
            return Digests.sha256Hex(BoundedFile.bytes(file, most)) + fault(PrivateFile.secret(file))
                    + fault(PrivateFile.decisive(file));
        } catch (BoundedFile.UnfitException e) {
            return e.words();
        } catch (IOException e) {
            return e.getClass().getName();
        }
    }

    private static String fault(Optional<PrivateFile.Fault> fault) {
        return fault.map(PrivateFile.Fault::toString).orElse("");
    }
}
