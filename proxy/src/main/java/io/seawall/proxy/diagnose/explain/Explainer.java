package io.seawall.proxy.diagnose.explain;

import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.cloudflare.CloudflareAccess;
import io.seawall.proxy.cloudflare.KeyCache;
import io.seawall.proxy.cloudflare.KeySource;
import io.seawall.proxy.credential.PasswordVerifier;
import io.seawall.proxy.route.PublicHosts;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.SessionKey;
import io.seawall.proxy.session.Sessions;
import io.seawall.proxy.tls.Certificates;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads what a running Seawall reads, and writes nothing: no certificate, no key, no count.
///
/// @param warning takes what is odd about this host
public record Explainer(Config config, Consumer<String> warning) {

    public Explanation explain(ExplainRequest request) throws UnusableCertificateException {
        // only these certificates add names to the configured ones, and only these are not made by looking
        Optional<Certificates> files = config.tls() instanceof Config.Tls.Files
                ? Certificates.load(config, Clock.systemUTC())
                : Optional.empty();
        try (PasswordVerifier passwords = PasswordVerifier.inline(config.basic())) {
            Sessions sessions = sessions(request);
            return DryRun.of(new DryRun.Gate(config, PublicHosts.of(config, Certificates.hosts(config, files)),
                    new Layers(config, passwords, sessions, access()), sessions), request);
        }
    }

    private Sessions sessions(ExplainRequest request) {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Revocations revocations = Revocations.inMemory(Clock.systemUTC());
        boolean known = false;
        try {
            Optional<byte[]> kept = SessionKey.read(config.stateDir());
            known = kept.isPresent();
            key = kept.orElse(key);
            revocations = Revocations.look(config.stateDir(), Clock.systemUTC());
        } catch (IOException e) {
            known = false;
        }
        if (!known && request.offersSession()) {
            warning.accept("warning: no session key can be read in " + config.stateDir()
                    + " by this user, so no session cookie counts");
        }
        return new Sessions(key, config.basic().versions(key), config.session(), revocations, Clock.systemUTC());
    }

    private CloudflareAccess access() {
        if (config.access().isEmpty()) {
            return CloudflareAccess.off();
        }
        if (LayerNotes.fetchesKeys(config)) {
            return CloudflareAccess.unverified();
        }
        KeyCache keys = new KeyCache(new KeySource(config.access().get().keys()), Runnable::run, System::nanoTime);
        return CloudflareAccess.of(config.access().get(), keys, Clock.systemUTC());
    }

    @Override
    public String toString() {
        return "explainer"; // the configuration holds secrets
    }
}
