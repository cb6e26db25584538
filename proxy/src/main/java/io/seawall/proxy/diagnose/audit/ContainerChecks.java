package io.seawall.proxy.diagnose.audit;

import io.seawall.config.Config;
import io.seawall.host.ShellWord;
import io.seawall.proxy.diagnose.Severity;
import io.seawall.proxy.diagnose.facts.FileFacts;
import io.seawall.proxy.diagnose.facts.Host;
import io.seawall.proxy.diagnose.facts.Texts;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What this process may do to the machine it runs on. Where it runs without a container, the same of the process.
final class ContainerChecks {
    private static final int OPENCLAWS_USER = 1000;
    private static final long BIND_SERVICE = 1L << 10;
    // SYS_ADMIN, SYS_MODULE, SYS_PTRACE, SYS_RAWIO: with one of them a container is none
    private static final long BREAKS_OUT = 1L << 21 | 1L << 16 | 1L << 19 | 1L << 17;
    private static final Set<String> PSEUDO = Set.of("proc", "sysfs", "tmpfs", "devpts", "mqueue", "cgroup", "cgroup2",
            "overlay", "devtmpfs", "hugetlbfs", "securityfs", "bpf", "nsfs");
    private static final Set<String> ENGINES_OWN = Set.of("/etc/hosts", "/etc/hostname", "/etc/resolv.conf");
    private static final List<String> SOCKETS = List.of("/var/run/docker.sock", "/run/docker.sock",
            "/run/podman/podman.sock", "/run/containerd/containerd.sock");

    private ContainerChecks() {}

    static List<Check> all() {
        return List.of(
                new Check("container.user", Severity.HIGH, "It does not run as root",
                        "An intruder is then one step from the host.", ContainerChecks::user),
                new Check("container.capabilities", Severity.MEDIUM, "It has no capabilities",
                        "Each is a piece of root.", ContainerChecks::capabilities),
                new Check("container.no-new-privileges", Severity.MEDIUM, "It cannot gain privileges",
                        "A setuid program would undo the user and the capabilities.", ContainerChecks::privileges),
                new Check("container.read-only", Severity.LOW, "The container's root is read-only",
                        "What cannot be written cannot be left behind for later.", ContainerChecks::readOnly),
                new Check("container.volumes", Severity.HIGH, "State belongs to uid 1000, or to the user that runs it",
                        "With the wrong owner it does not start, or another user can read its keys.",
                        ContainerChecks::volumes),
                new Check("container.mounts", Severity.MEDIUM, "Nothing but the state is mounted writable",
                        "A writable mount is a way from the container into the host.", ContainerChecks::mounts),
                new Check("container.engine-socket", Severity.CRITICAL, "The container engine's socket is not mounted",
                        "A process that has it is root on the host.", ContainerChecks::engine),
                new Check("container.published", Severity.HIGH, "The gateway's port is not published",
                        "A published port is open on the host, and most firewalls do not see it.",
                        ContainerChecks::published));
    }

    private static Result user(Host host) {
        int uid = host.uid();
        return switch (uid) {
            case -1 -> Result.unknown("the process's user cannot be read", "run this on Linux, with /proc");
            case 0 -> Result.fail("uid 0", "docker: user: \"1000:1000\"; systemd: User=seawall");
            default -> Result.pass("uid " + uid);
        };
    }

    private static Result capabilities(Host host) {
        Optional<String> line = host.status(host.isContainer() ? "CapBnd" : "CapEff");
        if (line.isEmpty()) {
            return Result.unknown("the process's capabilities cannot be read", "run this on Linux, with /proc");
        }
        long held = Long.parseUnsignedLong(line.get(), 16);
        String drop = host.isContainer()
                ? "cap_drop: [ALL]"
                : "another user than root; systemd: CapabilityBoundingSet=";
        if ((held & BREAKS_OUT) != 0) {
            return Result.fail("the capabilities of a privileged container, 0x" + Long.toHexString(held), drop);
        }
        return (held & ~BIND_SERVICE) == 0
                ? Result.pass(held == 0 ? "none" : "none but to bind a port below 1024")
                : Result.warn("0x" + Long.toHexString(held), drop);
    }

    private static Result privileges(Host host) {
        return switch (host.status("NoNewPrivs").orElse("")) {
            case "1" -> Result.pass("no_new_privs is set");
            case "0" -> Result.warn("no_new_privs is not set",
                    "docker: security_opt: [\"no-new-privileges:true\"]; systemd: NoNewPrivileges=yes");
            default -> Result.unknown("the kernel does not say", "Linux 4.10 or newer, with /proc");
        };
    }

    /// One line of `/proc/self/mountinfo` (proc(5)).
    private record Mount(String at, boolean writable, String type) {}

    private static List<Mount> table(Host host) {
        List<Mount> mounts = new ArrayList<>();
        host.read("/proc/self/mountinfo").orElse("").lines().forEach(line -> {
            String[] fields = line.split(" ");
            int dash = List.of(fields).indexOf("-");
            if (fields.length > 6 && dash > 0 && dash + 1 < fields.length) {
                mounts.add(new Mount(fields[4], List.of(fields[5].split(",")).contains("rw"), fields[dash + 1]));
            }
        });
        return mounts;
    }

    private static Result readOnly(Host host) {
        if (!host.isContainer()) {
            return Result.pass("not in a container");
        }
        Optional<Mount> root = table(host).stream().filter(mount -> mount.at().equals("/")).findFirst();
        return root.isEmpty()
                ? Result.unknown("the mounts cannot be read", "run this on Linux, with /proc")
                : root.get().writable()
                        ? Result.warn("the root filesystem can be written", "read_only: true")
                        : Result.pass("it is");
    }

    private static Result volumes(Host host) {
        List<String> wrong = new ArrayList<>();
        String fix = "";
        Path state = host.config().map(Config::stateDir).orElse(Path.of("data"));
        Optional<FileFacts> owner = host.facts(host.folder().resolve(state));
        if (owner.isPresent() && host.uid() >= 0 && owner.get().uid() != host.uid()) {
            wrong.add("SEAWALL_STATE_DIR " + state + " belongs to uid " + owner.get().uid());
            fix = "chown -R " + host.uid() + ":" + host.uid() + " " + ShellWord.of(state);
        }
        Optional<Path> folder = host.openclaw().folder();
        Optional<FileFacts> theirs = folder.flatMap(host::facts);
        if (theirs.isPresent() && theirs.get().uid() != OPENCLAWS_USER && theirs.get().uid() != host.uid()) {
            wrong.add("OpenClaw's state " + folder.get() + " belongs to uid " + theirs.get().uid());
            fix = fix.isEmpty() ? "chown -R 1000:1000 " + ShellWord.of(folder.get()) : fix;
        }
        return !wrong.isEmpty()
                ? Result.fail(String.join(", ", wrong), fix)
                : owner.isEmpty() && theirs.isEmpty()
                        ? Result.unknown("no state folder is to be seen", "run this where Seawall runs")
                        : Result.pass("it does");
    }

    private static Result mounts(Host host) {
        if (!host.isContainer()) {
            return Result.pass("not in a container");
        }
        Path state = host.config().map(Config::stateDir).orElse(Path.of("/data")).toAbsolutePath();
        List<String> writable = table(host).stream()
                .filter(mount -> mount.writable() && !PSEUDO.contains(mount.type()) && !ENGINES_OWN.contains(mount.at())
                        && !state.startsWith(mount.at()))
                .map(Mount::at).distinct().toList();
        return writable.isEmpty()
                ? Result.pass("nothing else")
                : Result.warn(Texts.some(writable), ":ro behind the mount, in Compose and in OPENCLAW_EXTRA_MOUNTS");
    }

    private static Result engine(Host host) {
        if (!host.isContainer()) {
            return Result.pass("not in a container");
        }
        List<String> found = SOCKETS.stream().filter(socket -> Files.exists(host.path(socket))).toList();
        return found.isEmpty()
                ? Result.pass("none there")
                : Result.fail(found.getFirst(),
                        "take the mount out; for sandboxes see OpenClaw's docs on rootless engines");
    }

    /// The process that docker starts for each published port has it on its command line.
    private static Result published(Host host) {
        String port = Integer.toString(host.port());
        if (host.isContainer()) {
            return Result.unknown("this cannot be seen from inside a container",
                    "on the host: docker port CONTAINER " + port + " must print nothing");
        }
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(host.path("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                List<String> words = List.of(Host.read(process.resolve("cmdline")).orElse("").split("\0"));
                int at = words.indexOf("-container-port");
                if (words.getFirst().endsWith("docker-proxy") && at >= 0 && at + 1 < words.size()
                        && words.get(at + 1).equals(port)) {
                    int published = words.indexOf("-host-port");
                    found.add("docker publishes it"
                            + (published >= 0 && published + 1 < words.size()
                                    ? " as " + words.get(published + 1)
                                    : ""));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return Result.unknown("the processes of this host cannot be read", "run this on Linux, with /proc");
        }
        return found.isEmpty()
                ? Result.pass("docker publishes no " + port)
                : Result.fail(found.getFirst(), "take the port out of ports: in Compose, or -p of docker run");
    }
}
