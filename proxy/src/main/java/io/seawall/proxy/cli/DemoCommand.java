package io.seawall.proxy.cli;

import io.seawall.host.Addresses;
import io.seawall.host.Printable;
import io.seawall.proxy.server.Serving;
import io.seawall.proxy.server.Start;
import io.seawall.proxy.server.StartRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `seawall demo`
record DemoCommand(Console console) implements Command {
    private static final int PREFERRED_PORT = 8443;

    @Override
    public String word() {
        return "demo";
    }

    @Override
    public String summary() {
        return "try it, with generated secrets and a stand-in for OpenClaw";
    }

    @Override
    public String help() {
        return """
                usage: seawall demo [PORT]

                Listens on 127.0.0.1, PORT 8443 or the next free one, with a local CA in a
                temporary folder that is removed at the end. Prints the URL, the credentials
                and commands to paste.
                """;
    }

    @Override
    public List<Exit> exits() {
        return List.of(Exit.FINE, Exit.CONFIGURATION, Exit.UPSTREAM, Exit.CERTIFICATES, Exit.BIND);
    }

    @Override
    public String upstream() {
        return Exit.UPSTREAM.meaning();
    }

    @Override
    public int mostArguments() {
        return 1;
    }

    @Override
    public Exit execute(Options options) throws UsageException, StartRefusedException {
        List<String> arguments = options.arguments();
        int port = arguments.isEmpty() ? freePort(PREFERRED_PORT) : port(arguments.getFirst());
        try (StandInGateway gateway = StandInGateway.start()) {
            Path state = Files.createTempDirectory("seawall-demo-");
            Map<String, String> environment = environment(port, gateway.port(), state);
            Console world = new Console(console.output(), console.errors(), environment, state);
            return serve(world, state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Leaves no folder behind, whether it comes to serving or not.
    Exit serve(Console world, Path state) throws StartRefusedException {
        try {
            Start start = Start.prepare(world.sources(), Start.facts());
            new Serving(world.sources(), start, Versions.seawall(), world.log())
                    .serve(() -> welcome(world.environment(), start), () -> {
                        delete(state);
                        RunCommand.end();
                    });
            return Exit.FINE;
        } catch (StartRefusedException e) {
            delete(state);
            throw e;
        }
    }

    private static Map<String, String> environment(int port, int gatewayPort, Path state) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PORT", Integer.toString(port));
        environment.put("SEAWALL_BIND", "127.0.0.1");
        environment.put("SEAWALL_UPSTREAM", "127.0.0.1:" + gatewayPort);
        environment.put("SEAWALL_ADMIN", "127.0.0.1:" + freePort(9464));
        environment.put("SEAWALL_STATE_DIR", state.toString());
        environment.put("SEAWALL_ALLOW_ROOT", "true");
        environment.put("AUTH_PASSWORD", Tokens.random(12));
        environment.put("OPENCLAW_GATEWAY_TOKEN", Tokens.random());
        environment.put("HOOKS_ENABLED", "true");
        environment.put("HOOKS_TOKEN", Tokens.random());
        return environment;
    }

    private void welcome(Map<String, String> environment, Start start) {
        console.out(welcome(environment, start.certificates().orElseThrow().authority().orElseThrow().toString()));
    }

    static String welcome(Map<String, String> environment, String ca) {
        String url = "https://localhost:" + environment.get("PORT");
        String curl = "curl --cacert " + ca + " ";
        return """

                Seawall stands in front of a stand-in gateway. Ctrl-C ends both.

                  URL            %1$s/
                  user           admin
                  password       %2$s
                  gateway token  %3$s
                  hooks token    %4$s
                  metrics        http://%5$s/metrics
                  CA to import   %6$s

                Paste these into another terminal:

                  # a person's page, with the password
                  %7$s-u admin:%2$s %1$s/

                  # the API, with the gateway token; then with the password, which is refused
                  %7$s-H 'Authorization: Bearer %3$s' %1$s/v1/models
                  %7$s-i -u admin:%2$s %1$s/v1/models

                  # a webhook, with the hooks token
                  %7$s-H 'Authorization: Bearer %4$s' -d '{"text":"hello"}' %1$s/hooks/wake

                Requests appear here:
                """.formatted(url, environment.get("AUTH_PASSWORD"), environment.get("OPENCLAW_GATEWAY_TOKEN"),
                environment.get("HOOKS_TOKEN"), environment.get("SEAWALL_ADMIN"), ca, curl);
    }

    /// The port that is asked for. It is tried first: the advice of a start, to set a key, is not what helps here.
    private static int port(String argument) throws UsageException, StartRefusedException {
        int port;
        try {
            port = Integer.parseInt(argument);
        } catch (NumberFormatException e) {
            port = 0;
        }
        if (port < 1 || port > 65_535) {
            throw new UsageException("PORT: " + Printable.line(argument, 60)
                    + " (expected: a port number, 1 to 65535)");
        }
        try (ServerSocket probe = new ServerSocket(port, 1, Addresses.IPV4_LOOPBACK)) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new StartRefusedException(new StartRefusedException.Bind("PORT: cannot listen on 127.0.0.1:" + port
                    + " (" + e.getMessage() + "). Fix: seawall demo with another port, or without one"));
        }
    }

    /// The preferred port, or any free one where it is taken.
    private static int freePort(int preferred) {
        for (int port : new int[]{preferred, 0}) {
            try (ServerSocket probe = new ServerSocket(port, 1, Addresses.IPV4_LOOPBACK)) {
                return probe.getLocalPort();
            } catch (IOException e) {
                // taken: the next one
            }
        }
        throw new IllegalStateException("no free port on 127.0.0.1");
    }

    private static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
                        throws IOException {
                    Files.delete(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // a temporary folder: the system clears it
        }
    }
}
