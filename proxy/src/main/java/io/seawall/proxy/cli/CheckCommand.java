package io.seawall.proxy.cli;

import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Authentication;
import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.host.HostName;
import io.seawall.proxy.server.Server;
import io.seawall.proxy.server.Start;
import io.seawall.proxy.server.StartRefusedException;
import io.seawall.proxy.tls.ServerTls;
import java.util.List;

/// `seawall check`
record CheckCommand(Console console) implements Command {
    private static final Option FROM_NGINX = Option.flag("--from-nginx");

    @Override
    public String word() {
        return "check";
    }

    @Override
    public String summary() {
        return "validate configuration and certificates without starting";
    }

    @Override
    public String help() {
        return """
                usage: seawall check
                       seawall check --from-nginx [FILE]

                Reads the same configuration as run, and looks at the gateway's listener.
                Prints every problem, or one summary.

                --from-nginx  for people coming from the nginx image (coollabsio/openclaw):
                              says of each of its variables what it means to Seawall, and
                              what is refused now. FILE holds that image's environment, as
                              docker exec CONTAINER env prints it; without it: the environment
                              and .env, as usual.
                """;
    }

    @Override
    public List<Exit> exits() {
        return List.of(Exit.FINE, Exit.CONFIGURATION, Exit.UPSTREAM, Exit.CERTIFICATES);
    }

    @Override
    public String upstream() {
        return Exit.UPSTREAM.meaning();
    }

    @Override
    public List<Option> options() {
        return List.of(FROM_NGINX);
    }

    @Override
    public int mostArguments() {
        return 1;
    }

    @Override
    public Exit execute(Options options)
            throws UsageException, ConfigException, StartRefusedException, UnusableCertificateException {
        List<String> arguments = options.arguments();
        if (options.has(FROM_NGINX)) {
            return new FromNginx(console).execute(arguments.isEmpty() ? "" : arguments.getFirst());
        }
        if (!arguments.isEmpty()) {
            throw new UsageException("unexpected argument " + arguments.getFirst());
        }
        return check();
    }

    private Exit check() throws StartRefusedException, UnusableCertificateException {
        Start start = Start.prepare(console.sources(), Start.facts());
        Server.tls(start.config(), start.certificates()).ifPresent(ServerTls::close);
        Config config = start.config();
        start.warnings().forEach(warning -> console.error("warning: " + warning));
        console.out("configuration fine: " + (start.certificates().isPresent() ? "https" : "http") + " on "
                + HostName.of(config.listener().bind()) + ":" + config.listener().port() + " in front of 127.0.0.1:"
                + config.upstream().port());
        console.out("  hosts     " + (config.hosts().isEmpty()
                ? "addresses and localhost only (SEAWALL_HOSTS is not set)"
                : String.join(", ", config.hosts())));
        console.out("  password  " + switch (config.basic().credential()) {
            case Authentication.Basic.Credential.Plain _ -> "plain, for user " + config.basic().username();
            case Authentication.Basic.Credential.Hashed(var hash) -> hash + ", for user " + config.basic().username();
        });
        start.exposure().owner().ifPresent(owner -> console.out("  gateway   its listener is of " + owner));
        console.out("  webhooks  " + (config.hooks().token().isPresent() ? "on, " + config.hooks().path() : "off"));
        start.certificates()
                .ifPresent(c -> console.out("  certificate expires " + c.material().notAfter() + ", SHA-256 "
                        + c.material().fingerprint()));
        return Exit.FINE;
    }
}
