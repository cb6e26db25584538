package io.seawall.proxy.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a git repository tracks, read from its index (gitformat-index), because no other program is started from here.
final class GitIndex {
    private static final int MAGIC = 0x44495243; // DIRC
    private static final int STAT_BYTES = 40;
    private static final int HASH_BYTES = 20;
    private static final int EXTENDED = 0x4000;
    private static final int NAME_MASK = 0xfff;
    private static final long MOST_BYTES = 64L << 20;

    private final Path repository;
    private final @Nullable Set<String> tracked;

    private GitIndex(Path repository, @Nullable Set<String> tracked) {
        this.repository = repository;
        this.tracked = tracked;
    }

    /// Of the repository that the file is in; empty where it is in none.
    static Optional<GitIndex> of(Path file) {
        for (Path folder = file.toAbsolutePath().normalize().getParent(); folder != null; folder = folder.getParent()) {
            Path index = folder.resolve(".git").resolve("index");
            if (Files.exists(index)) {
                return Optional.of(new GitIndex(folder, entries(index)));
            }
        }
        return Optional.empty();
    }

    boolean isReadable() {
        return tracked != null;
    }

    boolean tracks(Path file) {
        return tracked != null
                && tracked.contains(repository.relativize(file.toAbsolutePath().normalize()).toString());
    }

    private static @Nullable Set<String> entries(Path index) {
        try {
            return Files.size(index) > MOST_BYTES ? null : entries(ByteBuffer.wrap(Files.readAllBytes(index)));
        } catch (IOException | RuntimeException e) {
            return null; // cut short, or of a format to come
        }
    }

    private static @Nullable Set<String> entries(ByteBuffer in) {
        int magic = in.getInt();
        int version = in.getInt();
        if (magic != MAGIC || version < 2 || version > 4) {
            return null;
        }
        Set<String> names = new HashSet<>();
        int count = in.getInt();
        String name = "";
        for (int i = 0; i < count; i++) {
            int start = in.position();
            in.position(start + STAT_BYTES + HASH_BYTES);
            int flags = in.getShort();
            if ((flags & EXTENDED) != 0) {
                in.getShort();
            }
            if (version == 4) {
                name = name.substring(0, name.length() - stripped(in)) + untilZero(in);
            } else {
                int known = flags & NAME_MASK;
                name = known == NAME_MASK ? untilZero(in) : exactly(in, known);
                int length = in.position() - start - (known == NAME_MASK ? 1 : 0);
                in.position(start + (length + 8) / 8 * 8); // one to eight zeros end an entry
            }
            names.add(name);
        }
        return names;
    }

    /// The offset encoding of pack files: how many bytes of the name before to take off.
    private static int stripped(ByteBuffer in) {
        int octet = in.get();
        int value = octet & 0x7f;
        while ((octet & 0x80) != 0) {
            octet = in.get();
            value = (value + 1 << 7) + (octet & 0x7f);
        }
        return value;
    }

    private static String exactly(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String untilZero(ByteBuffer in) {
        StringBuilder text = new StringBuilder();
        for (byte octet = in.get(); octet != 0; octet = in.get()) {
            text.append((char) (octet & 0xff));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return repository.resolve(".git").resolve("index").toString();
    }
}
