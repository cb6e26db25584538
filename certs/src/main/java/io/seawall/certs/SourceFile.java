package io.seawall.certs;

import io.seawall.host.BoundedFile;
import io.seawall.host.FileState;
import io.seawall.host.PrivateFile;
import io.seawall.host.ProcessFacts;
import io.seawall.host.ShellWord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/// A file that a setting points to, and the words for what is wrong with it: what it should be, and the remedy that
/// helps whatever the trouble is (empty where there is none).
public record SourceFile(String setting, Path path, String expected, String remedy) {
    private static final int LIMIT = 1 << 20;

    public UnusableCertificateException trouble(String found) {
        return trouble(found, expected, remedy);
    }

    public UnusableCertificateException trouble(String found, String expectedInstead) {
        return trouble(found, expectedInstead, remedy);
    }

    public UnusableCertificateException trouble(String found, String expectedInstead, String fix) {
        return new UnusableCertificateException(setting + ": " + path + " " + found + " (expected: " + expectedInstead
                + (fix.isEmpty() ? "" : "; fix: " + fix) + ")");
    }

    /// The content as text, one character a byte: PEM is ASCII, and anything else in it is refused later.
    public String read() throws UnusableCertificateException {
        byte[] bytes;
        try {
            bytes = BoundedFile.bytes(path, LIMIT);
        } catch (BoundedFile.UnfitException e) {
            throw trouble(e.words());
        } catch (IOException e) {
            throw unreadable(e);
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.isBlank()) {
            throw trouble("is empty");
        }
        return text;
    }

    /// Equal as long as the file is; one that cannot be read has one, too.
    String stamp() {
        return FileState.of(path, LIMIT);
    }

    UnusableCertificateException unreadable(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> trouble("does not exist");
            case AccessDeniedException denied -> trouble("may not be read by user " + ProcessFacts.name(), expected,
                    "chown " + ProcessFacts.name() + " " + shellWord());
            case FileSystemException failed -> trouble(
                    "cannot be read: " + Objects.requireNonNullElse(failed.getReason(), "no reason given"));
            default -> trouble("cannot be read: " + e.getMessage());
        };
    }

    /// For what holds a key.
    public void refuseIfOpenToOthers() throws UnusableCertificateException {
        refuse(PrivateFile::secret);
    }

    /// For files that are public and that decide which peers are trusted.
    public void refuseIfWritableByOthers() throws UnusableCertificateException {
        refuse(PrivateFile::decisive);
    }

    private interface Rule {
        Optional<PrivateFile.Fault> of(Path path) throws IOException;
    }

    private void refuse(Rule rule) throws UnusableCertificateException {
        try {
            Optional<PrivateFile.Fault> fault = rule.of(path);
            if (fault.isPresent()) {
                throw trouble(fault.get().found(), fault.get().expected(), fault.get().fix());
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    String shellWord() {
        return ShellWord.of(path);
    }
}
