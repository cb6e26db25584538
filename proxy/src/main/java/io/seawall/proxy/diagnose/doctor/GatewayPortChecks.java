package io.seawall.proxy.diagnose.doctor;

import io.seawall.certs.KeyMaterial;
import io.seawall.config.Config;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.doctor.probe.NoAnswerException;
import io.seawall.proxy.diagnose.doctor.probe.Request;
import io.seawall.proxy.diagnose.doctor.probe.Target;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/// The gateway's other ports, of its sandbox and of portals: that they are served, and that pages can reach them.
///
/// @param stored our own certificates, as they lie in files
record GatewayPortChecks(Config config, List<X509Certificate> stored) {
    GatewayPortChecks {
        stored = List.copyOf(stored);
    }

    void run(Checks checks) {
        boolean listens = sandboxListens();
        if (listens || config.servesSandbox()) {
            checks.run("gateway.sandbox", id -> sandbox(id, listens));
        }
        config.upstream().portals().ifPresent(portals -> checks.run("gateway.portals", id -> portals(id, portals)));
    }

    private boolean sandboxListens() {
        Target sandbox = Target.plain(config.upstream().ofSandbox().address(),
                config.upstream().sandbox().orElse("localhost"));
        try {
            return sandbox.ask(Request.get("/mcp-app-sandbox")).status() == 200;
        } catch (NoAnswerException e) {
            return false;
        }
    }

    /// What shows widgets and MCP Apps, and that the page finds it where people can reach it.
    private Finding sandbox(String id, boolean listens) {
        int asked = config.upstream().ofSandbox().port();
        String where = "127.0.0.1:" + asked;
        if (!config.servesSandbox()) {
            int free = asked + 1;
            return Finding.warn(id, "OpenClaw serves widgets and MCP Apps on " + where
                    + ", which cannot be reached through Seawall: they stay empty.",
                    "SEAWALL_SANDBOX_PORT=" + free + ", a port of its own, and openclaw.json: " + origin(host(), free)
                            + "; or SEAWALL_SANDBOX=mcp-apps.example.com, a host name of its own, and openclaw.json: "
                            + origin("mcp-apps.example.com", 443));
        }
        String said = config.listener().sandboxPort()
                .map(port -> port == asked
                        ? "no mcp.apps.sandboxOrigin in openclaw.json, so that the page asks port " + port
                        : "openclaw.json: " + origin(config.upstream().sandbox().orElseGet(this::host), port))
                .orElseGet(() -> "openclaw.json: " + origin(config.upstream().sandbox().orElseThrow(), 443));
        Optional<Finding> noName = config.upstream().sandbox().flatMap(name -> notNamed(id, name, "widgets"));
        if (listens && noName.isPresent()) {
            return noName.get();
        }
        return listens
                ? Finding.pass(id, "OpenClaw serves widgets and MCP Apps on " + where
                        + ". Its page finds them through Seawall with " + said + ".")
                : Finding.warn(id, "Nothing that shows widgets and MCP Apps listens on " + where + ": they stay empty.",
                        said + ", mcp.apps.enabled: true, no other mcp.apps.sandboxPort; restart OpenClaw");
    }

    private static String origin(String host, int port) {
        return "mcp.apps.sandboxOrigin: \"https://" + host + (port == 443 ? "" : ":" + port) + "\"";
    }

    /// A frame shows no warning that a person could pass over: it stays empty.
    private Optional<Finding> notNamed(String id, String name, String what) {
        boolean isNamed = config.tls() instanceof Config.Tls.Off || stored.stream()
                .anyMatch(certificate -> KeyMaterial.covers(certificate, name));
        return isNamed
                ? Optional.empty()
                : Optional.of(Finding.warn(id, "The certificate does not name " + name + ": " + what + " stay empty.",
                        config.tls() instanceof Config.Tls.SelfSigned
                                ? "./seawall certs renew --new-ca, and import the new ca.pem on every device"
                                : "a certificate that names " + name + ", too, in SEAWALL_TLS_CERT"));
    }

    /// What people call it.
    private String host() {
        return config.hosts().stream().findFirst().orElse("claw.example.com");
    }

    /// Of a host that is no portal's OpenClaw says so.
    private Finding portals(String id, Config.Upstream.Portals portals) {
        String where = "127.0.0.1:" + portals.port();
        String line = "openclaw.json: gateway.portals.ingress: { domain: \"" + portals.domain() + "\", port: "
                + portals.port() + " }; restart OpenClaw";
        try {
            int status = Target.plain(config.upstream().ofPortals().address(), "seawall-doctor." + portals.domain())
                    .ask(Request.get("/")).status();
            return status == 404
                    ? notNamed(id, "*." + portals.domain(), "portals")
                            .orElseGet(() -> Finding.pass(id, "OpenClaw serves portals on " + where + "."))
                    : Finding.fail(id, "What listens on " + where + " answers " + status
                            + " for a portal that does not exist, so it is probably not OpenClaw (404).", line);
        } catch (NoAnswerException e) {
            return Finding.warn(id, "Nothing that serves portals answers on " + where + ".", line);
        }
    }
}
