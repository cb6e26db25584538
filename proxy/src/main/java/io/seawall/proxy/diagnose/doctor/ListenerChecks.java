package io.seawall.proxy.diagnose.doctor;

import io.seawall.config.Config;
import io.seawall.config.Origin;
import io.seawall.host.Addresses;
import io.seawall.host.HostName;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.doctor.probe.Credential;
import io.seawall.proxy.diagnose.doctor.probe.NoAnswerException;
import io.seawall.proxy.diagnose.doctor.probe.Target;
import io.seawall.proxy.diagnose.doctor.probe.Tls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Asks the Seawall of this configuration, on its own listener. No credential is presented there before it is proved to
/// be the one that this configuration describes.
record ListenerChecks(Examination examination, GatewayFindings gateway) {
    private static final String[] BEHIND = {"seawall.login", "seawall.websocket", "seawall.api", "seawall.hooks",
        "seawall.streaming"};

    private Config config() {
        return examination.config();
    }

    List<Finding> all() {
        Checks checks = examination.checks("Seawall");
        if (config().clientCa().isPresent()) {
            Finding closed = checks.add(Finding.skipped("seawall.listener",
                    "SEAWALL_CLIENT_CA asks every client for a certificate, and doctor has none."));
            checks.skip(closed, BEHIND);
            return checks.all();
        }
        List<Front> seen = new ArrayList<>();
        Finding listener = checks.run("seawall.listener", id -> listener(id, front(), seen));
        if (!listener.isPass()) {
            checks.skip(listener, BEHIND);
            return checks.all();
        }
        Front front = seen.getFirst();
        Login login = logIn(checks, front);
        Optional<Finding> noSession = login.cookie().isPresent() ? Optional.empty() : Optional.of(login.finding());
        checks.runUnless(gateway.closed().or(() -> noSession), "seawall.websocket",
                id -> front.webSocket(id, login.cookie().orElseThrow()));
        checks.runUnless(gateway.closedApi(), "seawall.api", front::api);
        hooks(checks, front);
        checks.runUnless(gateway.closedApi(), "seawall.streaming", front::stream);
        login.cookie().ifPresent(front::logOut);
        return checks.all();
    }

    private record Login(Finding finding, Optional<String> cookie) {}

    private static Login logIn(Checks checks, Front front) {
        List<String> cookie = new ArrayList<>();
        Finding finding = checks.run("seawall.login", id -> {
            Front.Login login = front.logIn(id);
            String got = login.cookie();
            if (got != null) {
                cookie.add(got);
            }
            return login.finding();
        });
        return new Login(finding, cookie.stream().findFirst());
    }

    private InetSocketAddress address() {
        InetAddress bind = config().listener().bind();
        return new InetSocketAddress(bind.isAnyLocalAddress() ? Addresses.IPV4_LOOPBACK : bind,
                config().listener().port());
    }

    /// Where Seawall knows only one origin, that one; else the one of the place itself.
    private Front front() {
        InetSocketAddress address = address();
        boolean secure = !(config().tls() instanceof Config.Tls.Off);
        InetAddress ip = address.getAddress();
        String host = HostName.authority(address);
        String origin = (secure ? "https://" : "http://") + host;
        if (!config().allowedOrigins().isEmpty()) {
            Origin first = config().allowedOrigins().iterator().next();
            origin = first.toString();
            host = origin.substring(origin.indexOf("//") + 2);
        } else if (PublicOrigins.named(config()).findFirst().isPresent()) {
            host = PublicOrigins.named(config()).findFirst().get();
            origin = (secure ? "https://" : "http://") + host;
        }
        boolean announces = config().clients().speakProxyProtocol() && config().clients().trusts(ip);
        Target target = new Target(address, host,
                secure ? Optional.of(Tls.looking(Addresses.text(ip))) : Optional.empty(),
                announces ? "PROXY UNKNOWN\r\n" : "");
        return new Front(config(), examination.credentials(), gateway, target, origin, false);
    }

    /// @param seen gets the front that credentials may be presented to
    private Finding listener(String id, Front anybody, List<Front> seen) throws NoAnswerException {
        int port = config().listener().port();
        Front front = anybody;
        try {
            Optional<Target> known = front.target().tls().isPresent()
                    ? examination.mayBeShown().listener(front.target(), Tls.served(front.target()))
                    : Optional.of(examination.mayBeShown().listenerInClear(front.target()));
            if (known.isEmpty()) {
                return otherCertificate(id);
            }
            front = front.at(known.get());
            front.target().prove();
            seen.add(front);
            Finding alive = front.alive(id);
            return alive.isPass()
                    ? Finding.pass(id, "Seawall answers on port " + port + (front.target().tls().isPresent()
                            ? ", with the certificate that is configured."
                            : ", in clear (SEAWALL_TLS=off)."))
                    : alive;
        } catch (NoAnswerException e) {
            return switch (e.instead()) {
                case REFUSED -> Finding.fail(id, "Nothing listens on port " + port + ".", "./seawall run");
                case UNPROVEN -> e.isSomebodyElse()
                        ? Finding.fail(id, "No credential was sent to port " + port + ": " + e.words() + ".",
                                Checks.NOT_OURS)
                        : Finding.unknown(id, "No credential was sent to port " + port + ": " + e.words() + ".",
                                "run this on Linux, with /proc, where Seawall runs");
                case NO_TLS, NOT_HTTP, END, TOO_MUCH -> Finding.fail(id, "What listens on port " + port
                        + " is not the Seawall of this configuration: " + e.words() + ".",
                        "PORT=, another one; or stop what listens there");
                case SILENCE, NO_NAME, NO_WAY -> Finding.fail(id, "On port " + port + " " + e.words() + ".",
                        "restart Seawall, and look at its log");
            };
        }
    }

    private Finding otherCertificate(String id) {
        return Finding.fail(id, "What listens on port " + config().listener().port()
                + " shows another certificate than the configured one, so no credential was sent to it.",
                switch (config().tls()) {
                    case Config.Tls.Files _ -> "restart Seawall, or see its log for: certificate refused";
                    default -> "SEAWALL_STATE_DIR=, the folder that the running Seawall uses";
                });
    }

    private void hooks(Checks checks, Front front) {
        Optional<Credential> token = examination.credentials().hooksToken();
        if (token.isEmpty()) {
            checks.add(Finding.skipped("seawall.hooks", "Webhooks are off (HOOKS_ENABLED)."));
        } else {
            checks.runUnless(gateway.closed(), "seawall.hooks",
                    id -> new HooksCheck(config(), examination.mayBeShown().gateway(), front, token.get()).run(id));
        }
    }
}
