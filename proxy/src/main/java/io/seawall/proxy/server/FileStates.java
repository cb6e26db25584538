package io.seawall.proxy.server;

import io.seawall.host.FileState;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/// What files hold, and who may change them, to detect a change: however it is replaced, and whatever its time is.
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
