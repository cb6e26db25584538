package io.seawall.certs;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// The local CA's certificate while Seawall runs: renewed at two thirds of its life, and exchanged for what another
/// process (`seawall certs renew`) left in the state directory.
public final class WatchedCa implements CertificateSource {
    private static final String SOURCE = "self-signed";
    // 30 days are left at the first attempt
    private static final Duration RETRY = Duration.ofMinutes(10);

    private final StateDirectory directory;
    private final SequencedSet<SubjectName> names;
    private final Clock clock;
    private final CertificateEvents events;
    private volatile LocalCa authority;
    private volatile KeyMaterial material;
    private String seen;
    private Instant next = Instant.MIN;
    private @Nullable UnusableCertificateException trouble;

    /// Opens or makes the CA, and takes or issues a certificate.
    ///
    /// @throws UnusableCertificateException as [LocalCa] does
    public WatchedCa(Path stateDirectory, SequencedSet<String> names, Clock clock, CertificateEvents events)
            throws UnusableCertificateException {
        this.clock = clock;
        this.events = events;
        this.names = SubjectName.parseAll(names);
        directory = new StateDirectory(stateDirectory);
        // before anything is read: what another process writes meanwhile is seen at the next look
        seen = LocalCa.stamp(directory);
        authority = LocalCa.open(stateDirectory, names, clock);
        material = authority.serverCertificate(names);
    }

    /// The CA as it was found last.
    public LocalCa authority() {
        return authority;
    }

    @Override
    public List<KeyMaterial> current() {
        return List.of(material);
    }

    @Override
    public boolean refresh() throws UnusableCertificateException {
        String found = LocalCa.stamp(directory);
        boolean same = found.equals(seen);
        if (same && trouble == null && authority.isFresh(material)) {
            return false;
        }
        Instant now = clock.instant();
        if (same && trouble != null && now.isBefore(next)) {
            throw trouble;
        }
        try {
            seen = found;
            LocalCa.Held held = LocalCa.held(directory, names, clock);
            trouble = null;
            authority = held.authority();
            boolean changed = !held.material().equals(material);
            material = held.material();
            if (held.isNew()) {
                events.renewed(SOURCE);
            }
            return changed;
        } catch (UnusableCertificateException e) {
            if (trouble == null || !same) {
                trouble = e;
            }
            seen = LocalCa.stamp(directory); // what a failed attempt left behind is not a change from outside
            next = now.plus(RETRY);
            events.failed(SOURCE, CertificateEvents.Failure.STORAGE);
            throw trouble;
        }
    }
}
