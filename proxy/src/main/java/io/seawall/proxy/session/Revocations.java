package io.seawall.proxy.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.seawall.host.BoundedFile;
import io.seawall.host.OwnFile;
import io.seawall.host.PrivateFile;
import io.seawall.host.ShellWord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sessions that were logged out before their time, kept in the state directory, or a restart would bring them back.
/// Written on the event loop: it is rare, small, and needs a session. A line each, `ID SECONDS`: until when it would have lasted, since 1970. The file holds no credential.
public final class Revocations {
    private static final System.Logger LOG = System.getLogger(Revocations.class.getName());
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{32}) ([0-9]{1,12})");
    private static final int MOST = 100_000;
    private static final int LARGEST = 16 << 20;
    private static final int LARGEST_UNWRITTEN = 1_000_000;

    private final Optional<Path> file;
    private final Clock clock;
    private final Cache<String, Long> revoked;
    private volatile Runnable afterwards = () -> {};
    private final StringBuilder unwritten = new StringBuilder();

    private Revocations(Optional<Path> file, Clock clock) {
        this.file = file;
        this.clock = clock;
        revoked = Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run)
                .ticker(() -> Duration.ofMillis(clock.millis()).toNanos())
                .expireAfter(Expiry.<String, Long>writing((id, until) -> left(until))).build();
    }

    private Duration left(long until) {
        return Duration.ofSeconds(Math.max(0, until - clock.instant().getEpochSecond()));
    }

    /// Reads `revoked-sessions`, which need not exist, and forgets those that would be over by now.
    public static Revocations load(Path stateDirectory, Clock clock) throws IOException {
        Path file = stateDirectory.resolve("revoked-sessions");
        Revocations revocations = new Revocations(Optional.of(file), clock);
        if (Files.exists(file)) {
            refuseUnlessOurs(file);
            revocations.read(file);
        }
        return revocations;
    }

    /// Who may write it may take a logout back.
    private static void refuseUnlessOurs(Path file) throws IOException {
        Optional<PrivateFile.Fault> fault = PrivateFile.decisive(file);
        if (fault.isPresent()) {
            throw new PrivateFile.RefusedException(file, fault.get(), "rm " + ShellWord.of(file) + " "
                    + ShellWord.of(file.resolveSibling("session.key"))
                    + ", after which everybody has to log in again: a logout may have been taken back");
        }
    }

    /// The content of `revoked-sessions`, read only.
    public static Revocations look(Path stateDirectory, Clock clock) throws IOException {
        Path file = stateDirectory.resolve("revoked-sessions");
        Revocations revocations = inMemory(clock);
        if (Files.exists(file)) {
            revocations.lasting(file);
        }
        return revocations;
    }

    /// Kept nowhere.
    public static Revocations inMemory(Clock clock) {
        return new Revocations(Optional.empty(), clock);
    }

    private void read(Path file) throws IOException {
        String lasting = lasting(file);
        Path next = file.resolveSibling("revoked-sessions.new");
        Files.deleteIfExists(next);
        write(next, lasting);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Takes over the lines that still matter, and answers them.
    private String lasting(Path file) throws IOException {
        long now = clock.instant().getEpochSecond();
        StringBuilder lasting = new StringBuilder();
        // Latin-1: a damaged file must not keep Seawall from starting
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(BoundedFile.open(file, LARGEST), StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher known = LINE.matcher(line);
                if (known.matches() && Long.parseLong(known.group(2)) > now) {
                    revoked.put(known.group(1), Long.valueOf(known.group(2)));
                    lasting.append(line).append('\n');
                }
            }
        }
        return lasting.toString();
    }

    /// What is done whenever a session was revoked, by whatever revoked it.
    public void whenRevoked(Runnable then) {
        afterwards = then;
    }

    boolean contains(String id) {
        return revoked.getIfPresent(id) != null;
    }

    /// @param until when the session would be over anyway, in seconds since 1970
    void add(String id, long until) {
        revoked.put(id, until);
        keep(id, until);
        afterwards.run();
    }

    private synchronized void keep(String id, long until) {
        if (file.isPresent()) {
            boolean first = unwritten.isEmpty();
            unwritten.append(id).append(' ').append(until).append('\n');
            write(file.get(), first);
        }
    }

    /// Writes what could not be written before, if anything.
    public synchronized void retry() {
        if (file.isPresent() && !unwritten.isEmpty()) {
            write(file.get(), false);
        }
    }

    private void write(Path path, boolean tell) {
        try {
            write(path, unwritten.toString());
            unwritten.setLength(0);
        } catch (IOException e) {
            if (unwritten.length() > LARGEST_UNWRITTEN) {
                unwritten.setLength(0);
            }
            if (tell) {
                LOG.log(System.Logger.Level.WARNING,
                        "a logout could not be written to revoked-sessions in the state directory;"
                                + " it is tried again each minute, and holds until the next restart only",
                        e);
            }
        }
    }

    private static void write(Path path, String text) throws IOException {
        OwnFile.append(path, text.getBytes(StandardCharsets.US_ASCII));
    }
}
