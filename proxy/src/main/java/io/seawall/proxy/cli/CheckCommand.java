package io.seawall.proxy.cli;

import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.host.HostName;
import io.seawall.proxy.server.Server;
import io.seawall.proxy.server.Start;
import io.seawall.proxy.server.StartRefusedException;
import io.seawall.proxy.tls.ServerTls;

/// `seawall check`
record CheckCommand(Console console) {

    int execute(String[] arguments) {
        if (arguments.length == 0) {
            return check();
        }
        if (!arguments[0].equals("--from-nginx")) {
            console.error("seawall check: unexpected argument " + arguments[0] + " (see: seawall check --help)");
            return Exit.CONFIGURATION;
        }
        return new FromNginx(console).execute(arguments.length > 1 ? arguments[1] : "");
    }

    private int check() {
        Start start;
        try {
            start = Start.prepare(console.sources(), Start.facts());
            Server.tls(start.config(), start.certificates()).ifPresent(ServerTls::close);
        } catch (StartRefusedException e) {
            return Configuration.report(console, e);
        } catch (UnusableCertificateException e) {
            console.error("seawall: refused\n\n  " + e.getMessage());
            return Exit.CERTIFICATE;
        }
        Config config = start.config();
        start.warnings().forEach(warning -> console.error("warning: " + warning));
        console.out("configuration fine: " + (start.certificates().isPresent() ? "https" : "http") + " on "
                + HostName.of(config.listener().bind()) + ":" + config.listener().port() + " in front of 127.0.0.1:"
                + config.upstream().port());
        console.out("  hosts     " + (config.hosts().isEmpty()
                ? "addresses and localhost only (SEAWALL_HOSTS is not set)"
                : String.join(", ", config.hosts())));
        console.out("  password  " + switch (config.basic().credential()) {
            case Config.Basic.Credential.Plain _ -> "plain, for user " + config.basic().username();
            case Config.Basic.Credential.Hashed(var hash) -> hash + ", for user " + config.basic().username();
        });
        start.exposure().owner().ifPresent(owner -> console.out("  gateway   its listener is of " + owner));
        console.out("  webhooks  " + (config.hooks().token().isPresent() ? "on, " + config.hooks().path() : "off"));
        start.certificates()
                .ifPresent(c -> console.out("  certificate expires " + c.material().notAfter() + ", SHA-256 "
                        + c.material().fingerprint()));
        return Exit.FINE;
    }
}
