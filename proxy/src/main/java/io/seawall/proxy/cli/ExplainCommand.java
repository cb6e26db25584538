package io.seawall.proxy.cli;

import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.client.ClientAddress;
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
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `seawall explain`. Reads what a running Seawall reads, and writes nothing: no certificate, no key, no count.
record ExplainCommand(Console console) {

    /// What stands on the command line.
    private record Arguments(String url, String method, List<String> headers, InetAddress client, boolean json) {

        static Arguments parse(String[] words) throws Asked.Misunderstood {
            List<String> urls = new ArrayList<>();
            List<String> headers = new ArrayList<>();
            String method = "GET";
            String client = Asked.STRANGER;
            boolean json = false;
            for (int i = 0; i < words.length; i++) {
                String word = words[i];
                switch (word) {
                    case "-X", "--request" -> method = value(words, i++, "a method");
                    case "-H", "--header" -> headers.add(header(value(words, i++, "'Name: value'")));
                    case "--client" -> client = value(words, i++, "an address");
                    case "--json" -> json = true;
                    default -> {
                        if (word.startsWith("-H")) {
                            headers.add(header(word.substring(2)));
                        } else if (word.startsWith("-X")) {
                            method = word.substring(2);
                        } else if (word.startsWith("-")) {
                            // up to what may be a value
                            throw new Asked.Misunderstood("unexpected argument " + word.split("[^A-Za-z-]", 2)[0]);
                        } else {
                            urls.add(word);
                        }
                    }
                }
            }
            if (urls.size() != 1) {
                // not shown: a header whose quotes were forgotten ends up here, with its value
                throw new Asked.Misunderstood(urls.size() + " URLs (expected: one; and a header in quotes, as"
                        + " -H 'Name: value')");
            }
            Optional<InetAddress> address = ClientAddress.literal(client);
            if (address.isEmpty()) {
                throw new Asked.Misunderstood(
                        "--client " + client + " (expected: an address, 203.0.113.7 or 2001:db8::7)");
            }
            return new Arguments(urls.getFirst(), method, headers, address.get(), json);
        }

        private static String value(String[] words, int at, String expected) throws Asked.Misunderstood {
            if (at + 1 == words.length) {
                throw new Asked.Misunderstood(words[at] + " without a value (expected: " + expected + ")");
            }
            return words[at + 1];
        }

        private static String header(String line) throws Asked.Misunderstood {
            if (line.indexOf(':') < 1) {
                throw new Asked.Misunderstood("-H without a name, which is not shown because it may be a secret"
                        + " (expected: 'Name: value')");
            }
            return line;
        }

        @Override
        public String toString() {
            return "arguments"; // headers can be credentials
        }
    }

    int execute(String[] words) {
        try {
            Arguments arguments = Arguments.parse(words);
            Config config = Configuration.load(console).config();
            Asked asked = Asked.of(arguments.url(), arguments.method(), arguments.headers(), arguments.client(),
                    config);
            Explanation explanation = explain(config, asked);
            console.out(arguments.json() ? explanation.json() : explanation.text());
            return explanation.exitCode();
        } catch (Asked.Misunderstood e) {
            console.error("seawall explain: " + Explanation.visible(String.valueOf(e.getMessage()))
                    + " (see: seawall explain --help)");
            return Exit.CONFIGURATION;
        } catch (ConfigException e) {
            return Configuration.report(console, e.problems());
        } catch (UnusableCertificateException e) {
            console.error("seawall: refused\n\n  " + e.getMessage());
            return Exit.CERTIFICATE;
        }
    }

    private Explanation explain(Config config, Asked asked) throws UnusableCertificateException {
        // only these certificates add names to the configured ones, and only these are not made by looking
        Optional<Certificates> files = config.tls() instanceof Config.Tls.Files
                ? Certificates.load(config, Clock.systemUTC())
                : Optional.empty();
        try (PasswordVerifier passwords = new PasswordVerifier(config.basic())) {
            Layers layers = new Layers(config, passwords, sessions(config, asked), access(config));
            return Rehearsal.of(
                    new Rehearsal.Gate(config, PublicHosts.of(config, Certificates.hosts(config, files)), layers),
                    asked);
        }
    }

    private Sessions sessions(Config config, Asked asked) {
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
        if (!known && asked.offersSession()) {
            console.error("warning: no session key can be read in " + config.stateDir()
                    + " by this user, so no session cookie counts");
        }
        return new Sessions(key, config.basic().versions(key), config.session(), revocations, Clock.systemUTC());
    }

    private static CloudflareAccess access(Config config) {
        if (config.access().isEmpty() || Rehearsal.Gate.fetchesKeys(config)) {
            return CloudflareAccess.off();
        }
        KeyCache keys = new KeyCache(new KeySource(config.access().get().keys()), Runnable::run, System::nanoTime);
        return CloudflareAccess.of(config.access().get(), keys, Clock.systemUTC());
    }
}
