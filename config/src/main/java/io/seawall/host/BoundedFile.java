package io.seawall.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// Reads whole files, and never more of one than the caller says: a file may have been written by another user, or
/// replaced by a pipe or a device, which would block the reader for ever or fill the heap. Every file that is read as a
/// whole is read here; a test looks for other ways.
public final class BoundedFile {
    private BoundedFile() {}

    /// @param most bytes
    /// @throws UnfitException where the file is not a regular one, or is larger
    public static byte[] bytes(Path file, int most) throws IOException {
        try (InputStream in = open(file, most)) {
            return in.readAllBytes();
        }
    }

    /// The same as text in UTF-8, without the byte order mark that editors put before it.
    ///
    /// @throws CharacterCodingException where it is none
    public static String text(Path file, int most) throws IOException {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(file, most))).toString();
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    /// The same, for what need not be in memory at once. The stream throws an [UnfitException] behind the last byte that it may give.
    public static InputStream open(Path file, int most) throws IOException {
        refuseUnlessRegular(file);
        // it may be another file by now: the bound holds whatever it is, and a TimeLimit where others may write
        return new BoundedStream(Files.newInputStream(file), most,
                () -> new UnfitException(file, "is larger than " + size(most)));
    }

    /// Looked at before it is opened: to open a pipe waits for its other end.
    private static void refuseUnlessRegular(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new UnfitException(file, attributes.isDirectory() ? "is a directory" : "is not a regular file");
        }
    }

    private static String size(int bytes) {
        return bytes % (1 << 20) == 0
                ? (bytes >> 20) + " MiB"
                : bytes % 1024 == 0 ? bytes / 1024 + " KiB" : bytes + " bytes";
    }

    /// A file exists that must not be read as it is; [#getReason] is the reason, to follow the file's name.
    public static final class UnfitException extends FileSystemException {
        UnfitException(Path file, String reason) {
            super(file.toString(), null, reason);
        }

        /// In the middle of a sentence.
        public String words() {
            return String.valueOf(getReason());
        }
    }
}
