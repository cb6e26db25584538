package io.seawall.certs;

import io.seawall.host.OwnFile;
import io.seawall.host.ProcessFacts;
import io.seawall.host.ShellWord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.Set;

/// The directory that survives restarts (`SEAWALL_STATE_DIR`): ours alone, and written so that a crash leaves the old
/// file or the new one, never half of either.
public record StateDirectory(Path path) {
    public static final String SETTING = "SEAWALL_STATE_DIR";

    // without /etc/passwd (a distroless image) users are called by their number
    private static final Set<String> ROOT = Set.of("root", "0");

    /// Creates it, parents included, with mode 0700 when it is absent.
    public static StateDirectory prepare(Path path) throws UnusableCertificateException {
        var directory = new StateDirectory(path);
        try {
            if (!Files.exists(path)) {
                OwnFile.createFolder(path);
            }
            if (!Files.isDirectory(path)) {
                throw directory.trouble("is not a directory", "set " + SETTING + " to a directory");
            }
            PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
            if (view != null) {
                PosixFileAttributes attributes = view.readAttributes();
                directory.refuseUnlessOurs(attributes.owner(), attributes.permissions(), Files.isWritable(path),
                        ProcessFacts.principal());
            }
        } catch (IOException e) {
            String word = ShellWord.of(path);
            throw directory.trouble("cannot be created: " + reason(e),
                    "mkdir -p -m 700 " + word + " && chown " + ProcessFacts.name() + " " + word);
        }
        return directory;
    }

    /// Refuses one that is there and not ours alone; makes none.
    public static void check(Path path) throws UnusableCertificateException {
        if (Files.exists(path)) {
            prepare(path);
        }
    }

    /// A user who may write here may replace the CA. root may in any case, so a directory of root that we may write (a
    /// Kubernetes volume with fsGroup) is as good as our own.
    void refuseUnlessOurs(UserPrincipal owner, Set<PosixFilePermission> permissions, boolean writable, UserPrincipal us)
            throws UnusableCertificateException {
        String word = ShellWord.of(path);
        boolean ours = owner.equals(us);
        if (!ours && !(writable && ROOT.contains(owner.getName()))) {
            throw trouble("belongs to user " + owner.getName(),
                    "chown -R " + us.getName() + ProcessFacts.group() + " " + word + " && chmod 700 " + word);
        }
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw trouble("may be written by every user of this machine", "chmod 700 " + word);
        }
        if (!writable) {
            throw trouble("is not writable", "chmod 700 " + word + ", or mount it writable");
        }
    }

    public Path file(String name) {
        return path.resolve(name);
    }

    /// A file of ours here; a dangling symlink counts as one, because a new file would silently replace it.
    public boolean has(String name) {
        return Files.exists(file(name), LinkOption.NOFOLLOW_LINKS);
    }

    /// Replaces the file as a whole.
    ///
    /// @param mode its permissions, as `ls` writes them
    public void write(String name, String mode, String text) throws UnusableCertificateException {
        try {
            OwnFile.replace(file(name), text.getBytes(StandardCharsets.US_ASCII), mode);
        } catch (IOException e) {
            throw new UnusableCertificateException(SETTING + ": " + file(name) + " cannot be written: " + reason(e)
                    + " (expected: room and permission to write)");
        }
    }

    /// Runs the work while no other process (and no other thread of this one) does the same here.
    public <T> T underLock(Answer<T> work) throws UnusableCertificateException {
        synchronized (StateDirectory.class) {
            try (FileChannel channel = OwnFile.open(file("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                // also shows javac that the lock is held on purpose
                Objects.requireNonNull(lock);
                return work.run();
            } catch (IOException e) {
                throw new UnusableCertificateException(SETTING + ": " + file("lock") + " cannot be locked: " + reason(e)
                        + " (expected: a file system with locks)");
            }
        }
    }

    /// What may fail only in ways that the operator can fix.
    public interface Answer<T> {
        T run() throws UnusableCertificateException;
    }

    private UnusableCertificateException trouble(String found, String fix) {
        return new UnusableCertificateException(
                SETTING + ": " + path + " " + found + " (expected: a directory that user "
                        + ProcessFacts.name() + " owns and may write; fix: " + fix + ")");
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException failed ? failed.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
