package io.seawall.proxy.doctor;

import io.seawall.config.Config;
import io.seawall.config.Config.Tls.Acme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Who may be shown a credential, said in this one place; nothing in Seawall but the doctor presents any.
///
/// Over TLS, whoever has the key of a certificate that lies in our files or state directory, that the local CA has issued, or
/// that a CA has verifiably issued for our name; one that only bears the name may be anybody's. In clear on this host, the
/// user whose socket it is: ourselves, root, and who owns the folder with the
/// secrets in it (for the gateway `SEAWALL_GATEWAY_UID`, where it is set). Everybody else nobody.
record MayBeShown(Config config, Doctor.Host host) {

    /// Our own listener, seen over a connection that proves nothing yet.
    ///
    /// @param served what it presented there
    Optional<Place> listener(Place looked, List<X509Certificate> served) throws Missed {
        X509Certificate leaf = served.getFirst();
        boolean known = switch (config.tls()) {
            case Config.Tls.Off _ -> false;
            case Config.Tls.Files _ -> host.stored().contains(leaf);
            case Config.Tls.SelfSigned _ -> isOfLocalAuthority(looked);
            // until the CA has issued one, the local CA's stands in
            case Acme _ -> host.stored().contains(leaf) || isOfLocalAuthority(looked);
        };
        if (known) {
            return Optional.of(looked.with(Tls.pinned(leaf, literal(looked)), new Proof.Certificate()));
        }
        return config.tls() instanceof Acme acme ? ofAuthority(looked, acme) : Optional.empty();
    }

    /// Where the state directory cannot be read.
    private Optional<Place> ofAuthority(Place looked, Acme acme) throws Missed {
        for (String name : acme.names()) {
            Tls tls = config.acme().authority().map(file -> Tls.of(Tls.certificates(file), name, true))
                    .orElseGet(() -> Tls.ofPublicAuthorities(name));
            Place place = looked.with(tls, new Proof.Certificate());
            if (Tls.agrees(place)) {
                return Optional.of(place);
            }
        }
        return Optional.empty();
    }

    private boolean isOfLocalAuthority(Place looked) throws Missed {
        return Tls.agrees(
                looked.with(Tls.of(Tls.certificates(ListenerChecks.ownAuthority(config)), literal(looked), false),
                        new Proof.None()));
    }

    private static String literal(Place place) {
        return place.address().getAddress().getHostAddress();
    }

    /// Our own listener in clear.
    Place listenerInClear(Place looked) {
        Set<Long> users = users();
        owner(config.stateDir()).ifPresent(users::add);
        return looked.with(new Proof.User(users, host.proc()));
    }

    /// The gateway, which is spoken to in clear on this host.
    Place gateway() {
        Set<Long> users = users();
        config.upstream().uid().ifPresentOrElse(users::add,
                () -> host.openclaw().forEach(folder -> owner(folder).ifPresent(users::add)));
        return Place.plain(config.upstream().address(), "127.0.0.1:" + config.upstream().port())
                .with(new Proof.User(users, host.proc()));
    }

    /// A public address.
    ///
    /// @param looked with the TLS that is to be verified
    Optional<Place> address(Place looked) throws Missed {
        Place place = looked.with(new Proof.Certificate());
        return Tls.agrees(place) ? Optional.of(place) : Optional.empty();
    }

    private Set<Long> users() {
        Set<Long> users = new HashSet<>(Set.of(0L));
        host.uid().ifPresent(users::add);
        return users;
    }

    private static Optional<Long> owner(Path folder) {
        try {
            return Files.getAttribute(folder, "unix:uid") instanceof Integer uid
                    ? Optional.of(Integer.toUnsignedLong(uid))
                    : Optional.empty();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "who may be shown a credential";
    }
}
