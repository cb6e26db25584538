package io.seawall.proxy.diagnose.audit;

import io.seawall.host.Addresses;
import io.seawall.proxy.diagnose.Severity;
import io.seawall.proxy.diagnose.facts.Host;
import io.seawall.proxy.diagnose.facts.OpenClaw;
import io.seawall.proxy.exposure.SocketTable;
import io.seawall.proxy.exposure.SocketTable.Listener;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// Who can reach the gateway without passing Seawall.
final class BindingChecks {
    private static final String WHY = "An exposed gateway gives its shell, its files and its API keys to every client that finds the port.";
    private static final String LOOPBACK = "gateway.bind: \"loopback\" in openclaw.json, then restart the gateway";

    private BindingChecks() {}

    static List<Check> all() {
        return List.of(
                new Check("binding.listener", Severity.CRITICAL, "The gateway listens on loopback only", WHY,
                        BindingChecks::listener),
                new Check("binding.reach", Severity.CRITICAL, "No other address of this host answers on its port", WHY,
                        BindingChecks::reach),
                new Check("binding.config", Severity.HIGH, "openclaw.json binds the gateway to loopback",
                        "The next restart listens where the configuration says; without a word of it, in a container that is every address.",
                        BindingChecks::config),
                new Check("binding.environment", Severity.LOW, "OPENCLAW_GATEWAY_BIND does not say otherwise",
                        "OpenClaw itself does not read it; scripts of images do, and so do people.",
                        BindingChecks::environment),
                new Check("binding.others", Severity.HIGH, "The gateway's process listens nowhere else",
                        "Browser control, portals and plugins have ports of their own, which Seawall does not guard.",
                        BindingChecks::others));
    }

    private static SocketTable table(Host host) {
        return new SocketTable(host.path("/proc"));
    }

    private static String verified(int port) {
        return ", and verify: ss -tlnp | grep " + port;
    }

    private static Result listener(Host host) {
        Optional<List<Listener>> listeners = table(host).listeners(host.port());
        if (listeners.isEmpty()) {
            return Result.unknown("the socket table cannot be read",
                    "run this on the gateway's host, or in its network namespace");
        }
        List<String> beyond = text(listeners.get().stream().filter(l -> !l.isLoopback()).toList());
        if (!beyond.isEmpty()) {
            return Result.fail("DANGEROUS: " + String.join(", ", beyond), LOOPBACK + verified(host.port()));
        }
        return listeners.get().isEmpty()
                ? Result.unknown("nothing listens on " + host.port() + " now", "start the gateway, and run this again")
                : Result.pass(String.join(", ", text(listeners.get())));
    }

    private static List<String> text(List<Listener> listeners) {
        return listeners.stream().map(Listener::toString).toList();
    }

    private static Result reach(Host host) {
        List<InetAddress> addresses = host.reach().addresses();
        if (addresses.isEmpty()) {
            return Result.pass("this host has no address but loopback");
        }
        List<String> answering = addresses.stream().filter(a -> host.reach().connects(a, host.port()))
                .map(Addresses::text).toList();
        return answering.isEmpty()
                ? Result.pass("refused on " + addresses.size() + (addresses.size() == 1 ? " address" : " addresses"))
                : Result.fail("DANGEROUS: " + host.port() + " answers on " + String.join(", ", answering),
                        LOOPBACK + ", and publish no port of it (docker, kubectl)");
    }

    private static Result config(Host host) {
        OpenClaw openclaw = host.openclaw();
        if (!openclaw.isKnown()) {
            return Result.noOpenClaw(host.openclaw());
        }
        String bind = openclaw.text("gateway.bind");
        return switch (bind) {
            case "loopback" -> Result.pass("gateway.bind is loopback");
            case "" -> Result.warn("gateway.bind is not set: OpenClaw decides by itself", LOOPBACK);
            default -> Result.fail("gateway.bind is " + bind, LOOPBACK);
        };
    }

    private static Result environment(Host host) {
        String bind = host.variable("OPENCLAW_GATEWAY_BIND");
        if (bind.isEmpty()) {
            return host.openclaw().isKnown()
                    ? Result.pass("not set, and not needed: openclaw.json decides, see binding.config")
                    : Result.warn("OPENCLAW_GATEWAY_BIND is not set",
                            "OPENCLAW_GATEWAY_BIND=loopback for the image's scripts, and " + LOOPBACK);
        }
        return bind.equals("loopback")
                ? Result.pass("loopback; OpenClaw itself does not read it, see binding.config")
                : Result.fail(bind, "OPENCLAW_GATEWAY_BIND=loopback");
    }

    private static Result others(Host host) {
        SocketTable table = table(host);
        Optional<String> gateway = table.listeners(host.port()).orElse(List.of()).stream()
                .flatMap(listener -> listener.process().stream()).findFirst();
        if (gateway.isEmpty()) {
            return Result.unknown("the gateway's process cannot be seen",
                    "run this as root on the gateway's host, or in its process namespace");
        }
        List<String> beyond = text(table.listeners().stream()
                .filter(l -> !l.isLoopback() && l.port() != host.port() && l.process().equals(gateway)).toList());
        return beyond.isEmpty()
                ? Result.pass("no other listener of " + gateway.get())
                : Result.fail(String.join(", ", beyond),
                        "bind what listens there to 127.0.0.1 (browser, gateway.portals, plugins), or block the port");
    }
}
