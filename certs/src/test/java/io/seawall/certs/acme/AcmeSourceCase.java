package io.seawall.certs.acme;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seawall.certs.CertificateEvents;
import io.seawall.certs.CertificateEvents.Failure;
import io.seawall.certs.SettableClock;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.Config.Acme.Challenge;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/// A source of certificates with a CA that does as it is told.
abstract class AcmeSourceCase {
    static final URI DIRECTORY = URI.create("https://ca.example.com/directory");

    static final SequencedSet<String> NAMES = new LinkedHashSet<>(
            List.of("claw.example.com", "www.example.com"));

    @TempDir
    Path folder = Path.of("");

    final SettableClock clock = new SettableClock(Instant.parse("2026-06-01T00:00:00Z"));
    final ScriptedCa ca = new ScriptedCa(clock);
    final List<String> events = new ArrayList<>();

    AcmeSource open() throws UnusableCertificateException {
        return open(DIRECTORY, Challenge.AUTO, false, NAMES);
    }

    AcmeSource open(URI directory, Challenge challenge, boolean plainPort, SequencedSet<String> names)
            throws UnusableCertificateException {
        var config = new Config.Acme(directory, Optional.empty(), challenge, Optional.empty(), Optional.empty());
        SequencedSet<String> localNames = new LinkedHashSet<>(names);
        localNames.add("localhost");
        AcmeSource source = new AcmeSource(folder.resolve("state"),
                new AcmeSource.Wanted(config, names, localNames, plainPort), () -> ca, new AcmeChallenges(), clock,
                new Random(7));
        source.reportTo(new CertificateEvents() {
            @Override
            public void renewed(String from) {
                events.add("renewed " + from);
            }

            @Override
            public void failed(String from, Failure failure) {
                events.add("failed " + from + " " + failure.label());
            }
        });
        return source;
    }

    String failure(AcmeSource source) {
        return String.valueOf(assertThrows(UnusableCertificateException.class, source::refresh).getMessage());
    }

    void fails() {
        ca.failure = new AcmeFailureException(Failure.VALIDATION, "www.example.com by http-01: \u001b[31mno\nroute");
    }

    List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("state"))) {
            return files.filter(f -> f.getFileName().toString().startsWith("acme-")).toList();
        }
    }
}
