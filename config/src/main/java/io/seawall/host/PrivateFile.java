package io.seawall.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Whether a file may be trusted to decide, or to hold a secret: only our user and root may own and change it, and no
/// other user may read a secret. Every file whose content is trusted is checked here. Its group may read it (`ssl-cert`
/// on Debian, `fsGroup` on Kubernetes). On file systems without POSIX permissions every file may.
public final class PrivateFile {
    private static final int STICKY = 0b001_000_000_000;
    private static final Set<PosixFilePermission> OTHERS = Set.of(PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private PrivateFile() {}

    /// What is wrong with a file: words that follow its name, what is expected, and a command that fixes it.
    public record Fault(String found, String expected, String fix) {}

    /// A file that must not be trusted; the message names it, what is expected, and what to do.
    public static final class RefusedException extends IOException {
        public RefusedException(Path file, Fault fault) {
            this(file, fault, fault.fix());
        }

        /// @param fix in the place of the fault's
        public RefusedException(Path file, Fault fault, String fix) {
            super(file + " " + fault.found() + " (expected: " + fault.expected() + "). Fix: " + fix);
        }
    }

    /// Owner and mode of a file.
    ///
    /// @param owner as a number; empty where the file system has none
    record Facts(Path path, OptionalLong owner, Set<PosixFilePermission> permissions, boolean sticky) {

        static Facts read(Path path, LinkOption... options) throws IOException {
            return new Facts(path,
                    OptionalLong.of(Integer.toUnsignedLong((Integer) Files.getAttribute(path, "unix:uid", options))),
                    Files.getPosixFilePermissions(path, options),
                    ((Integer) Files.getAttribute(path, "unix:mode", options) & STICKY) != 0);
        }
    }

    /// What is wrong with a file that holds a secret; empty where nothing is.
    public static Optional<Fault> secret(Path file) throws IOException {
        return look(file, true);
    }

    /// The same for a file that decides and that every user may read.
    public static Optional<Fault> decisive(Path file) throws IOException {
        return look(file, false);
    }

    private static Optional<Fault> look(Path file, boolean secret) throws IOException {
        // what is no file, or cannot be opened, is refused by its reader
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix") || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        OptionalLong us = ProcessFacts.uid();
        Optional<Fault> fault = fault(Facts.read(file), us, secret);
        if (fault.isPresent()) {
            return fault;
        }
        // a link is as good as the folder that it is in: who may write there may let it lead elsewhere
        Set<Path> folders = new LinkedHashSet<>();
        folders.add(Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file));
        folders.add(Objects.requireNonNullElse(file.toRealPath().getParent(), file));
        for (Path folder : folders) {
            Optional<Fault> open = folder(file, Facts.read(folder));
            if (open.isPresent()) {
                return open;
            }
        }
        return Files.isSymbolicLink(file)
                ? foreign(Facts.read(file, LinkOption.NOFOLLOW_LINKS), us, "chown -h ")
                : Optional.empty();
    }

    static Optional<Fault> fault(Facts file, OptionalLong us, boolean secret) {
        String mode = secret ? "mode 600 or 640" : "mode 644";
        String fix = "chmod " + (secret ? "600 " : "644 ") + ShellWord.of(file.path());
        Optional<Fault> foreign = foreign(file, us, "chown ");
        if (foreign.isPresent()) {
            return foreign;
        }
        if (secret && file.permissions().stream().anyMatch(OTHERS::contains)) {
            return Optional.of(new Fault("is open to every user of this machine", mode, fix + swarm(file.path(), us)));
        }
        if (file.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
            return Optional.of(new Fault("may be written by every user of this machine", mode, fix));
        }
        if (file.permissions().contains(PosixFilePermission.GROUP_WRITE)) {
            return Optional.of(new Fault("may be written by its group", mode, fix));
        }
        return Optional.empty();
    }

    /// Docker Swarm mounts its secrets there with mode 0444, which cannot be changed, unless the service's long form of
    /// the secret says otherwise.
    private static String swarm(Path file, OptionalLong us) {
        return file.startsWith("/run/secrets")
                ? "; for a secret of Docker Swarm, in the service's secrets: {source: " + file.getFileName()
                        + ", mode: 0400, uid: \"" + us.orElse(1000) + "\"}"
                : "";
    }

    private static Optional<Fault> foreign(Facts file, OptionalLong us, String command) {
        if (us.isEmpty() || file.owner().isEmpty() || file.owner().getAsLong() == 0
                || file.owner().getAsLong() == us.getAsLong()) {
            return Optional.empty();
        }
        return Optional.of(new Fault("belongs to user " + file.owner().getAsLong(),
                us.getAsLong() == 0 ? "a file of root" : "a file of user " + us.getAsLong() + " or root",
                command + us.getAsLong() + " " + ShellWord.of(file.path())));
    }

    /// In a sticky folder, such as `/tmp`, a user can replace only his own files.
    static Optional<Fault> folder(Path file, Facts folder) {
        return folder.permissions().contains(PosixFilePermission.OTHERS_WRITE) && !folder.sticky()
                ? Optional.of(new Fault("is in the folder " + folder.path()
                        + ", where every user of this machine may replace it", "a folder that others may not write",
                        "chmod o-w " + ShellWord.of(folder.path())))
                : Optional.empty();
    }
}
