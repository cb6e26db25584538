package io.seawall.proxy.diagnose.doctor.probe;

import io.seawall.config.Config;
import io.seawall.config.Config.Tls.Acme;
import io.seawall.host.Addresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Who may be shown a credential, said in this one target; nothing in Seawall but the doctor presents any.
///
/// Over TLS, a server with the key of a certificate that lies in our files or state directory, that the local CA has
/// issued, or that a CA has verifiably issued for our name; one that only bears the name proves nothing. In clear on
/// this host, by the owner of the socket: our own user, root, and the owner of the folder with the secrets in it (for
/// the gateway `SEAWALL_GATEWAY_UID`, where it is set). No other server.
public record MayBeShown(Config config, Evidence evidence) {

    /// Our own listener, seen over a connection that proves nothing yet.
    ///
    /// @param served what it presented there
    public Optional<Target> listener(Target looked, List<X509Certificate> served) throws NoAnswerException {
        X509Certificate leaf = served.getFirst();
        boolean known = switch (config.tls()) {
            case Config.Tls.Off _ -> false;
            case Config.Tls.Files _ -> evidence.stored().contains(leaf);
            case Config.Tls.SelfSigned _ -> isOfLocalAuthority(looked);
            // until the CA has issued one, the local CA's stands in
            case Acme _ -> evidence.stored().contains(leaf) || isOfLocalAuthority(looked);
        };
        if (known) {
            return Optional.of(looked.with(Tls.pinned(leaf, literal(looked)), new Proof.Certificate()));
        }
        return config.tls() instanceof Acme acme ? ofAuthority(looked, acme) : Optional.empty();
    }

    /// Where the state directory cannot be read.
    private Optional<Target> ofAuthority(Target looked, Acme acme) throws NoAnswerException {
        for (String name : acme.names()) {
            Tls tls = config.acme().authority().map(file -> Tls.of(Tls.certificates(file), name, true))
                    .orElseGet(() -> Tls.ofPublicAuthorities(name));
            Target target = looked.with(tls, new Proof.Certificate());
            if (Tls.agrees(target)) {
                return Optional.of(target);
            }
        }
        return Optional.empty();
    }

    private boolean isOfLocalAuthority(Target looked) throws NoAnswerException {
        return Tls.agrees(
                looked.with(Tls.of(Tls.certificates(ownAuthority(config)), literal(looked), false),
                        new Proof.None()));
    }

    private static String literal(Target target) {
        return Addresses.text(target.address().getAddress());
    }

    /// Our own listener in clear.
    public Target listenerInClear(Target looked) {
        Set<Long> users = users();
        owner(config.stateDir()).ifPresent(users::add);
        return looked.with(new Proof.User(users, evidence.proc()));
    }

    /// The gateway, which is spoken to in clear on this host.
    public Target gateway() {
        Set<Long> users = users();
        config.upstream().uid().ifPresentOrElse(users::add,
                () -> evidence.openclaw().forEach(folder -> owner(folder).ifPresent(users::add)));
        return Target.plain(config.upstream().address(), "127.0.0.1:" + config.upstream().port())
                .with(new Proof.User(users, evidence.proc()));
    }

    /// A public address.
    ///
    /// @param looked with the TLS that is to be verified
    public Optional<Target> address(Target looked) throws NoAnswerException {
        Target target = looked.with(new Proof.Certificate());
        return Tls.agrees(target) ? Optional.of(target) : Optional.empty();
    }

    /// The certificate of the local CA.
    public static Path ownAuthority(Config config) {
        return config.stateDir().resolve("ca.pem");
    }

    private Set<Long> users() {
        Set<Long> users = new HashSet<>(Set.of(0L));
        evidence.uid().ifPresent(users::add);
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
