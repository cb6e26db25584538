package io.seawall.proxy.cli;

import io.seawall.proxy.server.Preload;
import io.seawall.proxy.server.Serving;
import io.seawall.proxy.server.SighupSignal;
import io.seawall.proxy.server.Start;
import io.seawall.proxy.server.StartRefusedException;
import java.util.List;

/// `seawall run`
record RunCommand(Console console) implements Command {
    @Override
    public String word() {
        return "run";
    }

    @Override
    public String summary() {
        return "serve, in front of the OpenClaw gateway of this host";
    }

    @Override
    public String help() {
        return """
                usage: seawall run

                Reads its configuration from the environment, from .env in this folder (the
                environment wins), and from the JSON file that SEAWALL_CONFIG names.
                config/README.md has the table of keys.

                Reads it again on SIGHUP, and when one of these files has changed: all of it is
                put in force, or nothing.

                Stops on SIGTERM or Ctrl-C: takes no new connections, lets running requests
                finish for up to SEAWALL_DRAIN_TIMEOUT seconds, then ends.
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
    public Exit execute(Options options) throws StartRefusedException {
        SighupSignal.hold();
        Preload.begin();
        Start start = Start.prepare(console.sources(), Start.facts());
        new Serving(console.sources(), start, Versions.seawall(), console.log()).serve(RunCommand::nothing,
                RunCommand::end);
        return Exit.FINE;
    }

    /// A requested stop that went well is exit 0, not the signal's 143.
    static void end() {
        Runtime.getRuntime().halt(Exit.FINE.code());
    }

    private static void nothing() {
        // the journal has all of it
    }
}
