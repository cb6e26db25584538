package io.seawall.proxy.diagnose.facts;

import io.seawall.certs.LocalCa;
import io.seawall.certs.PemFiles;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Problem;
import io.seawall.config.load.ConfigLoader;
import io.seawall.proxy.diagnose.Report;
import io.seawall.proxy.diagnose.audit.Audit;
import io.seawall.proxy.server.TestConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A host on disk with Seawall and OpenClaw on it, with nothing wrong; tests change one thing of it.
public final class Installation {
    public static final String OPENCLAW = "home/claw/.openclaw";
    public static final String JSON = OPENCLAW + "/openclaw.json";
    private static final String LOOPBACK = "0100007F";

    public final Path root;
    public final Path folder;
    public final Map<String, String> environment;
    public final Map<Path, FileFacts> owners = new HashMap<>();
    public final List<InetAddress> addresses = new ArrayList<>(List.of(InetAddress.ofLiteral("192.0.2.7")));
    public final List<InetAddress> answering = new ArrayList<>();
    public final List<X509Certificate> certificates = new ArrayList<>();
    public Instant now = Instant.now();

    public Installation(Path root) {
        this.root = root;
        folder = root.resolve("opt/seawall");
        environment = new HashMap<>(TestConfig.environment("HOME=/home/claw",
                "AUTH_PASSWORD=" + TestConfig.PASSWORD + " swim home", "SEAWALL_STATE_DIR=" + folder.resolve("data")));
        listeners(LOOPBACK + ":18789");
        write("proc/net/tcp6", "header\n");
        write("proc/self/status", status(1000, "0000000000000000", "1"));
        write("proc/self/mountinfo", "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n");
        write("proc/4711/comm", "openclaw-gatewa\n");
        write("proc/4711/cmdline", "openclaw-gateway\0");
        link("proc/4711/fd/7", "socket:[7000]");
        write("etc/ufw/ufw.conf", "ENABLED=yes\n");
        write("etc/default/ufw", "IPV6=yes\nDEFAULT_INPUT_POLICY=\"DROP\"\n");
        write("etc/ufw/user.rules", "-A ufw-user-input -p tcp --dport 8080 -j ACCEPT\n");
        write("etc/ufw/user6.rules", "-A ufw6-user-input -p tcp --dport 8080 -j ACCEPT\n");
        write("opt/seawall/data/ca.pem", "");
        write("opt/seawall/.env", "AUTH_PASSWORD=x\nOPENCLAW_GATEWAY_TOKEN=x\nHOOKS_TOKEN=x\nANTHROPIC_API_KEY=x\n");
        mode("opt/seawall/.env", "rw-------");
        write(JSON,
                """
                        // JSON5, as people write it
                        {
                          gateway: {
                            bind: 'loopback', trustedProxies: ['127.0.0.1'], publicOrigin: 'https://claw.example.com',
                            auth: { mode: 'token', token: '${OPENCLAW_GATEWAY_TOKEN}' },
                            controlUi: { allowedOrigins: ['https://claw.example.com'] },
                          },
                          hooks: { enabled: true, path: '/hooks', token: "${HOOKS_TOKEN}" },
                          models: { providers: { anthropic: { apiKey: { source: 'env', provider: 'default', id: 'ANTHROPIC_API_KEY' } } } },
                          agents: { defaults: { sandbox: { mode: 'non-main' } } },
                          meta: { lastTouchedVersion: '2026.9.6' },
                        }
                        """);
        mode(OPENCLAW, "rwx------");
        mode(JSON, "rw-------");
        certificate("claw.example.com", Clock.systemUTC());
    }

    /// The same in a container as docker/compose runs it.
    public Installation inContainer() {
        write(".dockerenv", "");
        write("proc/self/status", status(1000, "0000000000000000", "1"));
        write("proc/self/mountinfo", """
                400 380 0:50 / / ro,relatime - overlay overlay rw
                401 400 0:53 / /proc rw,nosuid - proc proc rw
                402 400 0:54 / /dev rw,nosuid - tmpfs tmpfs rw
                403 400 8:1 /volumes/seawall %s rw,relatime - ext4 /dev/sda1 rw
                404 400 8:1 /containers/x/hosts /etc/hosts rw,relatime - ext4 /dev/sda1 rw
                """.formatted(folder.resolve("data")));
        return this;
    }

    public static String status(int uid, String capabilities, String noNewPrivileges) {
        return "Name:\tjava\nUid:\t%1$d\t%1$d\t%1$d\t%1$d\nCapEff:\t%2$s\nCapBnd:\t%2$s\nNoNewPrivs:\t%3$s\n"
                .formatted(uid, capabilities, noNewPrivileges);
    }

    /// The socket table: `HEXADDRESS:port`; all of them are the gateway's.
    public void listeners(String... listeners) {
        StringBuilder table = new StringBuilder("header\n");
        for (int i = 0; i < listeners.length; i++) {
            String[] parts = listeners[i].split(":");
            table.append(
                    "   %d: %s:%04X 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 %d 1 0000000000000000 100 0 0 10 0\n"
                            .formatted(i, parts[0], Integer.parseInt(parts[1]), 7000 + i));
            if (i > 0) {
                link("proc/4711/fd/" + (7 + i), "socket:[" + (7000 + i) + "]");
            }
        }
        write("proc/net/tcp", table.toString());
    }

    /// @return the folder of the CA that issued it
    public Path certificate(String name, Clock clock) {
        try {
            Path state = Files.createDirectories(root.resolve("ca-" + certificates.size() + clock.millis()));
            mode(root.relativize(state).toString(), "rwx------");
            LocalCa.open(state, new LinkedHashSet<>(List.of(name)), clock)
                    .serverCertificate(new LinkedHashSet<>(List.of(name)));
            certificates.clear();
            certificates.add(PemFiles.firstCertificate(LocalCa.serverCertificate(state)).orElseThrow());
            return state;
        } catch (IOException | UnusableCertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    public void write(String file, String text) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void replace(String file, String old, String with) {
        String text = Host.read(root.resolve(file)).orElseThrow();
        if (!text.contains(old)) {
            throw new IllegalArgumentException(file + " has no " + old);
        }
        write(file, text.replace(old, with));
    }

    public void delete(String file) {
        try {
            Files.delete(root.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void link(String file, String target) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.deleteIfExists(path);
            Files.createSymbolicLink(path, Path.of(target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void mode(String file, String permissions) {
        try {
            Files.setPosixFilePermissions(root.resolve(file), PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void age(String file, Duration age) {
        try {
            Files.setLastModifiedTime(root.resolve(file), FileTime.from(now.minus(age)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Host host() {
        Optional<Config> config = Optional.empty();
        List<Problem> problems = List.of();
        try {
            config = Optional.of(ConfigLoader.load(environment).config());
        } catch (ConfigException e) {
            problems = e.problems();
        }
        Reach reach = new Reach() {
            @Override
            public List<InetAddress> addresses() {
                return addresses;
            }

            @Override
            public boolean connects(InetAddress address, int port) {
                return answering.contains(address);
            }
        };
        return new Host(new Host.Settings(environment, config, problems, certificates),
                new Host.Machine(root, folder, now, reach, this::facts));
    }

    /// As if all of it belonged to uid 1000: tests run as any user.
    private Optional<FileFacts> facts(Path file) {
        FileFacts owned = owners.get(root.relativize(file));
        return owned == null
                ? FileFacts.read(file).map(facts -> new FileFacts(1000, facts.mode()))
                : Optional.of(owned);
    }

    public Report report() {
        return Audit.run(host(), Audit.Selection.ALL);
    }
}
