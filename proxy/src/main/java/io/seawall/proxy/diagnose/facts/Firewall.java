package io.seawall.proxy.diagnose.facts;

import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the rules that this host loads at its start say of a TCP port from outside. Read from the files, not from the
/// kernel, which shows its rules to root only and by another program.
public final class Firewall {
    private static final Pattern IPTABLES = Pattern.compile("-A (?:INPUT|ufw6?-user-input) (.*)");
    private static final Pattern PORTS = Pattern.compile("--dports? (\\S+)");
    private static final Pattern NFT_PORTS = Pattern.compile("\\bdport\\s+(?:\\{([^}]*)}|(\\S+))");
    private static final Pattern NFT_INPUT = Pattern
            .compile("(?s)\\bhook\\s+input\\b[^;]*;\\s*(?:policy\\s+(\\w+)\\s*;)?(.*)");

    private Firewall() {}

    /// What the rules do with a new connection from outside.
    public enum Verdict {
        BLOCKS, LETS_THROUGH
    }

    /// Where a verdict comes from.
    public record Ruling(String source, Verdict verdict) {}

    /// The first of ufw, iptables and nftables that this host has rules of; empty where none can be read.
    public static Optional<Ruling> of(Host host, int port, boolean ipv6) {
        if (host.isContainer()) {
            return Optional.empty(); // what is here is the image's, and rules are the host's
        }
        return ufw(host, port, ipv6).or(() -> iptables(host, port, ipv6)).or(() -> nftables(host, port));
    }

    private static Optional<Ruling> ufw(Host host, int port, boolean ipv6) {
        boolean on = host.read("/etc/ufw/ufw.conf").orElse("").lines()
                .anyMatch(line -> line.strip().equalsIgnoreCase("ENABLED=yes"));
        Optional<String> rules = host.read(ipv6 ? "/etc/ufw/user6.rules" : "/etc/ufw/user.rules");
        if (!on || rules.isEmpty()) {
            return Optional.empty();
        }
        String defaults = host.read("/etc/default/ufw").orElse("");
        if (ipv6 && !defaults.contains("IPV6=yes")) {
            return Optional.of(new Ruling("ufw leaves IPv6 alone", Verdict.LETS_THROUGH));
        }
        boolean drops = !defaults.contains("DEFAULT_INPUT_POLICY=\"ACCEPT\"");
        return Optional.of(new Ruling("ufw", verdict(rules.get(), port, drops)));
    }

    private static Optional<Ruling> iptables(Host host, int port, boolean ipv6) {
        return host.read(ipv6 ? "/etc/iptables/rules.v6" : "/etc/iptables/rules.v4")
                .map(rules -> new Ruling("iptables",
                        verdict(rules, port, Pattern.compile("(?m)^:INPUT (?:DROP|REJECT)").matcher(rules).find())));
    }

    /// The first rule that is about the port or about everything decides, else the policy.
    private static Verdict verdict(String rules, int port, boolean drops) {
        for (String line : rules.lines().toList()) {
            Matcher rule = IPTABLES.matcher(line);
            if (!rule.matches()) {
                continue;
            }
            String text = rule.group(1);
            Matcher ports = PORTS.matcher(text);
            boolean about = ports.find()
                    ? List.of(ports.group(1).split(",")).stream().anyMatch(range -> holds(range, port, ":"))
                    : text.matches("(?:-p tcp )?-j \\w+.*");
            if (about && text.contains("-j ACCEPT")) {
                return Verdict.LETS_THROUGH;
            }
            if (about && text.matches(".*-j (?:DROP|REJECT).*")) {
                return Verdict.BLOCKS;
            }
        }
        return drops ? Verdict.BLOCKS : Verdict.LETS_THROUGH;
    }

    private static boolean holds(String range, int port, String between) {
        String[] ends = range.strip().split(between);
        try {
            return Integer.parseInt(ends[0].strip()) <= port && port <= Integer.parseInt(ends[ends.length - 1].strip());
        } catch (NumberFormatException e) {
            return false; // a service's name: none is called so
        }
    }

    private static Optional<Ruling> nftables(Host host, int port) {
        boolean loaded = Files.exists(host.path("/etc/systemd/system/sysinit.target.wants/nftables.service"));
        Optional<String> rules = loaded ? host.read("/etc/nftables.conf") : Optional.empty();
        Matcher input = NFT_INPUT.matcher(rules.orElse("").replaceAll("#.*", ""));
        if (!input.find()) {
            return Optional.empty();
        }
        String chain = input.group(2).replaceFirst("(?s)\\n\\s*}\\s*\\n.*", "");
        for (String line : chain.lines().toList()) {
            Matcher ports = NFT_PORTS.matcher(line);
            String list = ports.find() ? ports.group(1) == null ? ports.group(2) : ports.group(1) : "";
            boolean about = List.of(list.split(",")).stream().anyMatch(range -> holds(range, port, "-"));
            if (about && line.contains("accept")) {
                return Optional.of(new Ruling("nftables", Verdict.LETS_THROUGH));
            }
            if (about && (line.contains("drop") || line.contains("reject"))
                    || line.strip().matches("(?:counter )?(?:drop|reject)")) {
                return Optional.of(new Ruling("nftables", Verdict.BLOCKS));
            }
        }
        return Optional
                .of(new Ruling("nftables", "drop".equals(input.group(1)) ? Verdict.BLOCKS : Verdict.LETS_THROUGH));
    }
}
