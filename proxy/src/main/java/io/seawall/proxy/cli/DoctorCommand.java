package io.seawall.proxy.cli;

import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Origin;
import io.seawall.config.load.ConfigLoader;
import io.seawall.proxy.diagnose.Report;
import io.seawall.proxy.diagnose.doctor.Doctor;
import io.seawall.proxy.diagnose.facts.OpenClaw;
import io.seawall.proxy.diagnose.facts.StoredCertificates;
import io.seawall.proxy.server.Start;
import io.seawall.proxy.tls.Certificates;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;

/// `seawall doctor`
record DoctorCommand(Console console) {

    int execute(String[] arguments) {
        boolean json = false;
        Optional<Origin> url = Optional.empty();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--json" -> json = true;
                case "--url" -> {
                    String text = ++i < arguments.length ? arguments[i] : "";
                    url = address(text);
                    if (url.isEmpty()) {
                        console.error("seawall doctor: --url "
                                + (text.isEmpty() ? "without a value" : text.replaceFirst("//[^/]*@", "//…@"))
                                + " (expected: https://NAME or https://NAME:PORT)");
                        return Exit.CONFIGURATION;
                    }
                }
                default -> {
                    console.error("seawall doctor: unexpected argument " + arguments[i]
                            + " (see: seawall doctor --help)");
                    return Exit.CONFIGURATION;
                }
            }
        }
        Config config;
        try {
            config = ConfigLoader.load(Configuration.environment(console)).config();
        } catch (ConfigException e) {
            Configuration.report(console, e.problems());
            return Exit.CONFIGURATION;
        }
        Report report = new Doctor(config, evidence(config), url, InstantSource.system()).examine();
        console.out(json ? report.json() : report.text(console.isColoured()));
        return Exit.of(report);
    }

    private Doctor.Evidence evidence(Config config) {
        int uid = Start.facts().uid();
        return new Doctor.Evidence(Path.of("/proc"), uid < 0 ? OptionalLong.empty() : OptionalLong.of(uid),
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
