package io.seawall.proxy.cli;

import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Suggestion;
import io.seawall.proxy.tls.Certificates;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/// `seawall certs`
record CertsCommand(Console console) implements Command {
    private static final Option NEW_CA = Option.flag("--new-ca");
    private static final List<String> WORDS = List.of("show", "export", "renew");

    @Override
    public String word() {
        return "certs";
    }

    @Override
    public String summary() {
        return "show the certificates, export the CA, renew";
    }

    @Override
    public String help() {
        return """
                usage: seawall certs show
                       seawall certs export [FILE]
                       seawall certs renew [--new-ca]

                show      where the certificates come from, their names, how long they last,
                          and their SHA-256 fingerprints
                export    the local CA's certificate, never its key: into FILE, or to standard
                          output; and how to import it
                renew     a new server certificate of the local CA now. A running Seawall
                          takes it over within 10 seconds.
                --new-ca  makes a new CA for the present SEAWALL_HOSTS first: every device has
                          to import it
                """;
    }

    @Override
    public List<Exit> exits() {
        return List.of(Exit.FINE, Exit.CONFIGURATION, Exit.UPSTREAM, Exit.CERTIFICATES);
    }

    @Override
    public List<Option> options() {
        return List.of(NEW_CA);
    }

    @Override
    public int mostArguments() {
        return 2;
    }

    @Override
    public Exit execute(Options options) throws UsageException, ConfigException, UnusableCertificateException {
        List<String> words = options.arguments();
        String word = words.isEmpty() ? "" : words.getFirst();
        String rest = words.size() > 1 ? words.get(1) : "";
        if (!WORDS.contains(word)) {
            throw new UsageException((word.isEmpty() ? "nothing to do" : "unexpected argument " + word)
                    + " (expected: show, export or renew" + Suggestion.question(word, WORDS) + ")");
        }
        if (!rest.isEmpty() && !word.equals("export")) {
            throw new UsageException("unexpected argument " + rest);
        }
        if (options.has(NEW_CA) && !word.equals("renew")) {
            throw new UsageException("--new-ca: not with " + word + " (expected: renew --new-ca)");
        }
        Config config = console.load().config();
        return switch (word) {
            case "show" -> show(config);
            case "export" -> new CaExport(console).execute(config, rest);
            default -> renew(config, options.has(NEW_CA));
        };
    }

    private Exit show(Config config) throws UnusableCertificateException {
        Optional<Certificates> loaded = Certificates.load(config, Clock.systemUTC());
        if (loaded.isEmpty()) {
            console.out("SEAWALL_TLS=off: Seawall serves no certificate");
            return Exit.FINE;
        }
        Certificates certificates = loaded.get();
        certificates.warnings(config).forEach(warning -> console.error("warning: " + warning));
        for (KeyMaterial material : certificates.source().current()) {
            console.out("certificate  " + source(config));
            console.out("  names      " + String.join(", ", material.names()));
            console.out("  expires    " + material.notAfter());
            console.out("  SHA-256    " + material.fingerprint());
        }
        if (certificates.authority().isPresent()) {
            LocalCa authority = authority(config);
            console.out("local CA     " + authority.file());
            console.out("  vouches    " + (authority.constraints().isEmpty()
                    ? "for any name: it is from before CAs were constrained (./seawall certs renew --new-ca makes one "
                            + "that is)"
                    : "for " + String.join(", ", authority.constraints()) + " only"));
            console.out("  expires    " + authority.certificate().getNotAfter().toInstant());
            console.out("  SHA-256    " + KeyMaterial.fingerprint(authority.certificate()));
        }
        console.out("");
        console.out("""
                An OpenClaw client can pin the certificate (not the CA), until
                %s:
                  gateway.remote.tlsFingerprint: "%s\"""".formatted(
                pinsBreak(config, certificates.material()), certificates.material().fingerprint()));
        return Exit.FINE;
    }

    private static String source(Config config) {
        return switch (config.tls()) {
            case Config.Tls.SelfSigned _ -> "of the local CA; Seawall renews it at two thirds of its life";
            case Config.Tls.Files files -> paths(files) + "; Seawall takes over what replaces it";
            case Config.Tls.Acme _ ->
                "of " + config.acme().directory() + "; Seawall renews it, and the local CA stands in until it comes";
            case Config.Tls.Off _ -> "none";
        };
    }

    /// A pin holds as long as the certificate is served.
    private static String pinsBreak(Config config, KeyMaterial material) {
        return switch (config.tls()) {
            case Config.Tls.Files _,Config.Tls.Off _ ->
                "the file is replaced, by " + material.notAfter() + " at the latest";
            case Config.Tls.SelfSigned _ -> "it is renewed, on " + material.twoThirds();
            case Config.Tls.Acme _ -> "it is renewed, from " + material.twoThirds() + " on, or when the CA says so";
        };
    }

    private static String paths(Config.Tls.Files files) {
        return String.join(", ", files.pairs().stream().map(pair -> pair.certificate().toString()).toList());
    }

    private Exit renew(Config config, boolean newAuthority) throws UnusableCertificateException {
        switch (config.tls()) {
            case Config.Tls.SelfSigned _ -> {
                LocalCa authority = newAuthority
                        ? LocalCa.replace(config.stateDir(), Certificates.names(config), Clock.systemUTC())
                        : authority(config);
                KeyMaterial material = newAuthority
                        ? authority.serverCertificate(Certificates.names(config))
                        : authority.renew(Certificates.names(config));
                Certificates.warnings(config, List.of(material)).forEach(w -> console.error("warning: " + w));
                if (newAuthority) {
                    console.out("new local CA     SHA-256 " + KeyMaterial.fingerprint(authority.certificate()) + "\n"
                            + "  import " + authority.file() + " on every device, and remove the old one there (see: "
                            + "seawall certs export)");
                }
                console.out("new certificate  SHA-256 " + material.fingerprint() + "\n"
                        + "  a running Seawall serves it within 10 seconds; clients that pin one need it");
                return Exit.FINE;
            }
            case Config.Tls.Files files -> console.error("seawall certs renew: " + paths(files)
                    + " is renewed by the program that made it (certbot renew, cert-manager, your CA). A running Seawall takes it "
                    + "over within 10 seconds");
            case Config.Tls.Acme _ -> console.error("seawall certs renew: a running Seawall asks "
                    + config.acme().directory()
                    + " in time, or when the CA advises it; asking more often only uses up what the CA grants");
            case Config.Tls.Off _ -> console.error("seawall certs renew: SEAWALL_TLS=off, there is none");
        }
        return Exit.CONFIGURATION;
    }

    static LocalCa authority(Config config) throws UnusableCertificateException {
        return LocalCa.open(config.stateDir(), Certificates.names(config), Clock.systemUTC());
    }
}
