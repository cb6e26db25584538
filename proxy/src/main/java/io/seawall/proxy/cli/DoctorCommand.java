package io.seawall.proxy.cli;

import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Origin;
import io.seawall.config.load.ConfigLoader;
import io.seawall.proxy.diagnose.Report;
import io.seawall.proxy.diagnose.doctor.Doctor;
import io.seawall.proxy.diagnose.doctor.probe.Evidence;
import io.seawall.proxy.diagnose.facts.OpenClaw;
import io.seawall.proxy.diagnose.facts.StoredCertificates;
import io.seawall.proxy.server.Start;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// `seawall doctor`
record DoctorCommand(Console console) implements Command {
    private static final Option URL = Option.valued("--url", "https://NAME or https://NAME:PORT");
    private static final Option JSON = Option.flag("--json");

    @Override
    public String word() {
        return "doctor";
    }

    @Override
    public String summary() {
        return "test the running pair with real requests; say what to change";
    }

    @Override
    public String help() {
        return """
                usage: seawall doctor [--url https://NAME[:PORT]] [--json]

                Reads the same configuration as run, asks the gateway and the Seawall that runs
                with it on this host, and says of each check how it came out and what to do.
                Leaves nothing behind; waits 15 seconds for an answer at most, and takes two
                minutes at most. Shows a credential only to the right server: over TLS by the
                certificate, in clear by the socket's owner.

                --url   the public address: asks there, too, through the tunnel or proxy in
                        front
                --json  {"summary":{...},"fine":false,"findings":[{"id","status","found",
                        "fix"}]}; ids stay what they are

                A check is pass, warn, fail, unknown (no answer that tells) or skipped (off, or
                another one comes first).
                """;
    }

    @Override
    public List<Exit> exits() {
        return List.of(Exit.FINE, Exit.NO, Exit.CONFIGURATION, Exit.UPSTREAM);
    }

    @Override
    public String no() {
        return "at least one fail, warn or unknown";
    }

    @Override
    public List<Option> options() {
        return List.of(URL, JSON);
    }

    @Override
    public Exit execute(Options options) throws UsageException, ConfigException {
        Optional<String> text = options.value(URL);
        Optional<Origin> url = text.flatMap(DoctorCommand::address);
        if (text.isPresent() && url.isEmpty()) {
            throw new UsageException("--url: " + text.get().replaceFirst("//[^/]*@", "//…@")
                    + " (expected: https://NAME or https://NAME:PORT)");
        }
        boolean json = options.has(JSON);
        Config config = ConfigLoader.load(console.sources().environment()).config();
        Report report = new Doctor(config, evidence(config), url, InstantSource.system()).examine();
        console.out(json ? report.json() : report.text(console.isColoured()));
        return Exit.of(report);
    }

    private Evidence evidence(Config config) {
        int uid = Start.facts().uid();
        return new Evidence(Path.of("/proc"), uid < 0 ? OptionalLong.empty() : OptionalLong.of(uid),
                StoredCertificates.of(config),
                OpenClaw.stateFolder(console.environment()).map(console.folder()::resolve).stream().toList());
    }

    /// Empty for what is none, with a user and a password in it for example.
    private static Optional<Origin> address(String text) {
        try {
            return Optional.of(Origin.parse(text.replaceFirst("/$", "")))
                    .filter(origin -> origin.scheme().equals("https"));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
