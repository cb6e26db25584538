package io.seawall.certs;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.junit.jupiter.api.io.TempDir;

/// A folder with a local CA, for each test.
abstract class LocalCaFolder {
    static final SequencedSet<String> NAMES = names("gateway.example", "127.0.0.1", "::1");

    @TempDir
    Path home;

    LocalCa open(Instant now) throws UnusableCertificateException {
        return LocalCa.open(home, NAMES, clock(now));
    }

    String trouble(String found, String expected) {
        return "SEAWALL_STATE_DIR: " + home + "/" + found + " (expected: " + expected
                + "; fix: restore ca.pem and ca.key from a backup, or rm -f " + home.resolve("ca.pem") + " "
                + home.resolve("ca.key") + ", start again, and import the new ca.pem on every device)";
    }

    static Clock clock(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    static SequencedSet<String> names(String... names) {
        var set = new LinkedHashSet<String>();
        Collections.addAll(set, names);
        return set;
    }
}
