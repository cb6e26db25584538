package io.seawall.config.load;

import io.seawall.config.Config;
import io.seawall.config.Config.Tls;
import io.seawall.config.Config.Upstream.OnExposure;
import io.seawall.config.Key;
import io.seawall.config.Origin;
import io.seawall.host.HostName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.Set;

/// Reads the keys of the gateway: where it is, and which of its other servers are reached through Seawall.
///
/// @param warnings what is odd without being wrong is added to them
record UpstreamSettings(Settings settings, Values values, Numbers numbers, SiteSettings site, List<String> warnings) {

    Optional<Config.Upstream> upstream(Set<Origin> origins, Optional<Tls> tls) {
        Optional<String> sandbox = sandbox(origins);
        Optional<Config.Upstream.Portals> portals = portals(origins, tls);
        String bind = settings.text(Key.GATEWAY_BIND).orElseThrow();
        if (!bind.equals("loopback")) {
            values.upstreamProblem(Key.GATEWAY_BIND, bind, "loopback",
                    "OPENCLAW_GATEWAY_BIND=loopback, and gateway.bind: \"loopback\" in openclaw.json");
        }
        Optional<OnExposure> onExposure = values.choice(Key.ON_EXPOSURE, OnExposure.values());
        Optional<Integer> port = numbers.given(Key.GATEWAY_PORT, 1, 65_535);
        OptionalLong uid = numbers.uid(Key.GATEWAY_UID);
        Optional<String> given = settings.given(Key.UPSTREAM);
        if (given.isEmpty()) {
            return upstream(port.orElse(18_789), onExposure, uid, sandbox, portals);
        }
        String address = given.get().replaceFirst("^http://", "").replaceFirst("/$", "");
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        String portText = colon < 0 ? "" : address.substring(colon + 1);
        // the one name that is accepted, and never resolved: DNS or /etc/hosts must not matter
        boolean loopback = host.equals("127.0.0.1") || host.equals("localhost");
        if (!loopback || !(colon < 0 || Numbers.isPort(portText))) {
            values.upstreamProblem(Key.UPSTREAM, given.get(), "127.0.0.1:PORT",
                    "run the gateway on this host (or in this network namespace) with gateway.bind: \"loopback\", and set SEAWALL_UPSTREAM=127.0.0.1:18789");
            return Optional.empty();
        }
        if (colon >= 0 && port.isPresent() && Integer.parseInt(portText) != port.get()) {
            values.problem(Key.GATEWAY_PORT, port.get().toString(), "the port of SEAWALL_UPSTREAM, " + portText,
                    "unset OPENCLAW_GATEWAY_PORT or make them equal");
        }
        int upstreamPort = colon < 0 ? port.orElse(18_789) : Integer.parseInt(portText);
        return upstream(upstreamPort, onExposure, uid, sandbox, portals);
    }

    private Optional<Config.Upstream> upstream(int port, Optional<OnExposure> onExposure, OptionalLong uid,
            Optional<String> sandbox, Optional<Config.Upstream.Portals> portals) {
        portals.map(Config.Upstream.Portals::port).filter(other -> other == port || other == port + 1)
                .ifPresent(other -> values.problem(Key.PORTALS_PORT, other.toString(),
                        "another port than the gateway's and its sandbox's, which is the next one",
                        "the port that openclaw.json has at gateway.portals.ingress.port, for example SEAWALL_PORTALS_PORT=18890"));
        for (Key key : List.of(Key.SANDBOX, Key.SANDBOX_PORT)) {
            settings.given(key).filter(_ -> port == 65_535).ifPresent(text -> values.problem(key, text,
                    "a gateway on a port below 65535, because its sandbox is on the next one",
                    "unset " + key + ", or move the gateway"));
        }
        return onExposure.map(e -> new Config.Upstream(port, e, uid, sandbox, portals));
    }

    /// A name of its own: on one with pages the sandbox's scripts would be of the page's origin, or site.
    private Optional<String> sandbox(Set<Origin> origins) {
        Optional<String> given = settings.given(Key.SANDBOX);
        if (given.isEmpty()) {
            return given;
        }
        Optional<String> name = HostName.of(given.get())
                .filter(host -> !HostName.isAddress(host) && !host.equals("localhost"));
        if (name.isEmpty()) {
            values.problem(Key.SANDBOX, given.get(),
                    "one DNS name of its own (no address, no localhost, no *), without scheme, port or path",
                    "for example SEAWALL_SANDBOX=mcp-apps.example.com");
        } else if (site.publicNames().contains(name.get())
                || origins.stream().anyMatch(origin -> origin.host().equals(name.get()))) {
            values.problem(Key.SANDBOX, given.get(), "a name under which no page of the UI is served",
                    "give it a name of its own, for example SEAWALL_SANDBOX=mcp-apps.example.com");
        }
        return name;
    }

    /// A domain of its own: the names below it serve arbitrary programs, and must be no page or sandbox of ours.
    private Optional<Config.Upstream.Portals> portals(Set<Origin> origins, Optional<Tls> tls) {
        Optional<Integer> port = numbers.given(Key.PORTALS_PORT, 1, 65_535);
        Optional<String> given = settings.given(Key.PORTALS);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> domain = HostName.of(given.get()).filter(name -> !HostName.isAddress(name)
                && name.contains(".") && !HostName.isLocal(name));
        if (domain.isEmpty()) {
            values.problem(Key.PORTALS, given.get(),
                    "one DNS domain with a dot in it (no address, no localhost), without scheme, port, path or *",
                    "the domain that openclaw.json has at gateway.portals.ingress.domain, for example SEAWALL_PORTALS=preview.example.net");
            return Optional.empty();
        }
        SequencedSet<String> names = site.publicNames();
        origins.forEach(origin -> names.add(origin.host()));
        names.stream().filter(name -> !HostName.isAddress(name)).flatMap(name -> shared(name, domain.get()).stream()
                .map(parent -> Key.PORTALS.variable() + ": " + domain.get() + " and " + name + " are both in " + parent
                        + ", which makes them one site to browsers: a portal's program can give the UI cookies there, and"
                        + " with enough of them keep people out of it. Fix: a domain that shares nothing with the UI's"
                        + " (not needed where everybody can register names in " + parent + ")"))
                .findFirst().ifPresent(warnings::add);
        settings.given(Key.SANDBOX).flatMap(HostName::of).ifPresent(names::add);
        names.stream().filter(name -> name.equals(domain.get()) || name.endsWith("." + domain.get())).findFirst()
                .ifPresent(name -> values.problem(Key.PORTALS, given.get(),
                        "a domain that no other configured name is, or is below; " + name + " is",
                        "give portals a domain of their own, for example SEAWALL_PORTALS=preview.example.net"));
        if (tls.orElse(null) instanceof Tls.Acme) {
            values.problem(Key.PORTALS, given.get(),
                    "a certificate for *." + domain.get()
                            + ", which SEAWALL_TLS=acme cannot get: a CA asks for a DNS record",
                    "get it with another ACME client (dns-01) and name it in SEAWALL_TLS_CERT and SEAWALL_TLS_KEY, or let a proxy in front end TLS");
        }
        return port.map(p -> new Config.Upstream.Portals(domain.get(), p));
    }

    /// The longest domain that both names are in or are; empty where that is one label, because browsers accept no
    /// cookies there.
    private static Optional<String> shared(String name, String other) {
        for (String parent = name;; parent = parent.substring(parent.indexOf('.') + 1)) {
            if (!parent.contains(".")) {
                return Optional.empty();
            }
            if (other.endsWith("." + parent)) {
                return Optional.of(parent);
            }
        }
    }
}
