package io.seawall.proxy.server;

import io.seawall.host.FileState;
import java.nio.file.Path;
import java.util.Collection;
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
        files.forEach(file -> states.put(file, FileState.of(file, MOST)));
        return states;
    }
}
