package io.seawall.proxy.diagnose.facts;

import io.seawall.host.BoundedFile;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Whether a git repository tracks a file, read from its index (gitformat-index), because no other program is started from
/// here. Read entry by entry: it may lie where others write, and be large.
public final class GitIndex {
    private static final int MAGIC = 0x44495243; // DIRC
    private static final int STAT_BYTES = 40;
    private static final int HASH_BYTES = 20;
    private static final int EXTENDED = 0x4000;
    private static final int NAME_MASK = 0xfff;
    private static final int MOST_BYTES = 64 << 20;
    private static final int LONGEST_NAME = 8192;

    private final Path index;
    private final Optional<Boolean> tracked;

    private GitIndex(Path index, Optional<Boolean> tracked) {
        this.index = index;
        this.tracked = tracked;
    }

    /// Of the repository that the file is in; empty where it is in none.
    public static Optional<GitIndex> of(Path file) {
        for (Path folder = file.toAbsolutePath().normalize().getParent(); folder != null; folder = folder.getParent()) {
            Path index = folder.resolve(".git").resolve("index");
            if (Files.exists(index)) {
                String name = folder.relativize(file.toAbsolutePath().normalize()).toString();
                return Optional.of(new GitIndex(index, look(index, name)));
            }
        }
        return Optional.empty();
    }

    public boolean isReadable() {
        return tracked.isPresent();
    }

    public boolean tracks() {
        return tracked.orElse(false);
    }

    private static Optional<Boolean> look(Path index, String wanted) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(BoundedFile.open(index, MOST_BYTES)))) {
            return look(in, wanted);
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // cut short, of a format to come, or none that should be read
        }
    }

    private static Optional<Boolean> look(DataInputStream in, String wanted) throws IOException {
        int magic = in.readInt();
        int version = in.readInt();
        if (magic != MAGIC || version < 2 || version > 4) {
            return Optional.empty();
        }
        int count = in.readInt();
        if (count < 0) {
            return Optional.empty();
        }
        String name = "";
        for (int i = 0; i < count; i++) {
            in.skipNBytes(STAT_BYTES + HASH_BYTES);
            int flags = in.readUnsignedShort();
            int length = STAT_BYTES + HASH_BYTES + Short.BYTES;
            if ((flags & EXTENDED) != 0) {
                in.readUnsignedShort();
                length += Short.BYTES;
            }
            if (version == 4) {
                name = name.substring(0, name.length() - stripped(in)) + untilZero(in);
            } else {
                int known = flags & NAME_MASK;
                boolean isLong = known == NAME_MASK;
                name = isLong ? untilZero(in) : new String(in.readNBytes(known), StandardCharsets.ISO_8859_1);
                length += name.length();
                // one to eight zeros end an entry
                in.skipNBytes((length + 8) / 8 * 8 - length - (isLong ? 1 : 0));
            }
            if (name.length() > LONGEST_NAME) {
                return Optional.empty();
            }
            if (name.equals(wanted)) {
                return Optional.of(true);
            }
        }
        return Optional.of(false);
    }

    /// The offset encoding of pack files: how many bytes of the name before to take off.
    private static int stripped(DataInputStream in) throws IOException {
        int octet = in.readUnsignedByte();
        int value = octet & 0x7f;
        while ((octet & 0x80) != 0) {
            octet = in.readUnsignedByte();
            value = (value + 1 << 7) + (octet & 0x7f);
        }
        return value;
    }

    private static String untilZero(DataInputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int octet = in.readUnsignedByte(); octet != 0; octet = in.readUnsignedByte()) {
            if (text.length() > LONGEST_NAME) {
                throw new IOException("a name that no file has");
            }
            text.append((char) octet);
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return index.toString();
    }
}
