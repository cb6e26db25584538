package io.seawall.proxy.cli;

import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.diagnose.explain.ExplainRequest;
import io.seawall.proxy.diagnose.explain.Explainer;
import io.seawall.proxy.diagnose.explain.Explanation;
import java.net.InetAddress;
import java.util.List;

/// `seawall explain`. Reads what a running Seawall reads, and writes nothing: no certificate, no key, no count.
record ExplainCommand(Console console) implements Command {

    private static final Option METHOD = Option.valued("--request", "a method").withLetter("-X");
    private static final Option HEADER = Option.valued("--header", "'Name: value'").withLetter("-H").repeatable();
    private static final Option CLIENT = Option.valued("--client", "an address, 203.0.113.7 or 2001:db8::7");
    private static final Option JSON = Option.flag("--json");

    @Override
    public String word() {
        return "explain";
    }

    @Override
    public String summary() {
        return "say what would become of a request, without sending it";
    }

    @Override
    public String help() {
        return """
                usage: seawall explain URL [-X METHOD] [-H 'Name: value']...
                                       [--client ADDRESS] [--json]

                Takes the request through every stage of the gate, in order, with the
                configuration that run would read. Nothing is sent, written or counted;
                lockouts, and whether the gateway answers, are not looked at.

                URL       https://HOST/PATH, wss://HOST/PATH for a WebSocket, or /PATH on the
                          first of SEAWALL_HOSTS. It is taken as it is written, as HTTP/1.1;
                          quote it, and write \\ and %2e as a client would send them.
                -X, --request
                          the method, GET unless it is given
                -H, --header
                          a header, as often as there are headers. A credential is judged, and
                          never shown
                --client  the client's address, 203.0.113.7 unless it is given. Where that is a
                          trusted proxy's, its header counts
                --json    outcome (gateway, seawall, refused), status (0: the gateway's),
                          reason, message, route, layer, decision, and steps, each with stage
                          and lines
                """;
    }

    @Override
    public List<Exit> exits() {
        return List.of(Exit.FINE, Exit.NO, Exit.CONFIGURATION, Exit.UPSTREAM, Exit.CERTIFICATES);
    }

    @Override
    public String no() {
        return "the request is refused";
    }

    @Override
    public List<Option> options() {
        return List.of(METHOD, HEADER, CLIENT, JSON);
    }

    @Override
    public int mostArguments() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Exit execute(Options options) throws UsageException, ConfigException, UnusableCertificateException {
        List<String> urls = options.arguments();
        if (urls.size() != 1) {
            // not shown: a header whose quotes were forgotten ends up here, with its value
            throw new UsageException(urls.size() + " URLs (expected: one; and a header in quotes, as"
                    + " -H 'Name: value')");
        }
        List<String> headers = options.values(HEADER);
        if (headers.stream().anyMatch(line -> line.indexOf(':') < 1)) {
            throw new UsageException("-H without a name, which is not shown because it may be a secret"
                    + " (expected: " + HEADER.expected() + ")");
        }
        String client = options.value(CLIENT).orElse(ExplainRequest.CLIENT);
        InetAddress address = ClientAddress.literal(client)
                .orElseThrow(
                        () -> new UsageException("--client: " + client + " (expected: " + CLIENT.expected() + ")"));
        Config config = console.load().config();
        try {
            ExplainRequest request = ExplainRequest.of(urls.getFirst(), options.value(METHOD).orElse("GET"), headers,
                    address, config);
            Explanation explanation = new Explainer(config, console::error).explain(request);
            console.out(options.has(JSON) ? explanation.json() : explanation.text());
            return explanation.isRefused() ? Exit.NO : Exit.FINE;
        } catch (ExplainRequest.MisunderstoodException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
