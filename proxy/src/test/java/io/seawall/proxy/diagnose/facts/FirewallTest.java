package io.seawall.proxy.diagnose.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirewallTest {
    @TempDir
    private Path root = Path.of("");
    private Installation host;

    @BeforeEach
    void hasNoRules() {
        host = new Installation(root);
        host.write("etc/ufw/ufw.conf", "ENABLED=no\n");
    }

    private String ruling(boolean ipv6) {
        Optional<Firewall.Ruling> ruling = Firewall.of(host.host(), 18789, ipv6);
        return ruling.map(r -> r.source() + " " + r.verdict()).orElse("unknown");
    }

    @Test
    void isUnknownWithoutRules() {
        assertEquals("unknown", ruling(false));
        assertEquals("unknown", ruling(true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"DROP|-A ufw-user-input -p tcp --dport 8080 -j ACCEPT|BLOCKS",
        "DROP|-A ufw-user-input -p tcp --dport 18789 -j ACCEPT|LETS_THROUGH",
        "DROP|-A ufw-user-input -p tcp -m multiport --dports 80,18000:19000 -j ACCEPT|LETS_THROUGH",
        "DROP|-A ufw-user-input -p tcp -m multiport --dports 80,18000:18788 -j ACCEPT|BLOCKS",
        "ACCEPT|-A ufw-user-input -p tcp --dport 18789 -j DROP|BLOCKS",
        "ACCEPT|-A ufw-user-input -p tcp --dport 18789 -j REJECT --reject-with tcp-reset|BLOCKS",
        "ACCEPT|-A ufw-user-input -p tcp --dport 8080 -j ACCEPT|LETS_THROUGH",
        "DROP|-A ufw-user-input -s 10.0.0.0/8 -j ACCEPT|BLOCKS"})
    void readsUfw(String policy, String rule, String verdict) {
        host.write("etc/ufw/ufw.conf", "# comment\nENABLED=yes\n");
        host.write("etc/default/ufw", "IPV6=yes\nDEFAULT_INPUT_POLICY=\"" + policy + "\"\n");
        host.write("etc/ufw/user.rules", "*filter\n" + rule + "\nCOMMIT\n");
        assertEquals("ufw " + verdict, ruling(false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {":INPUT DROP [0:0]|-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT|BLOCKS",
        ":INPUT ACCEPT [0:0]|-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT|LETS_THROUGH",
        ":INPUT ACCEPT [0:0]|-A INPUT -j DROP|BLOCKS", ":INPUT DROP [0:0]|-A INPUT -j ACCEPT|LETS_THROUGH"})
    void readsIptables(String policy, String rule, String verdict) {
        host.write("etc/iptables/rules.v4", "*filter\n" + policy + "\n" + rule + "\nCOMMIT\n");
        host.write("etc/iptables/rules.v6", "*filter\n" + policy + "\n" + rule + "\nCOMMIT\n");
        assertEquals("iptables " + verdict, ruling(false));
        assertEquals("iptables " + verdict, ruling(true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"policy drop;|tcp dport { 22, 443 } accept|BLOCKS",
        "policy drop;|tcp dport { 22, 18000-19000 } accept|LETS_THROUGH", "policy accept;|tcp dport 18789 drop|BLOCKS",
        "policy accept;|tcp dport 22 accept|LETS_THROUGH", "|tcp dport 22 accept|LETS_THROUGH",
        "policy accept;|drop|BLOCKS"})
    void readsNftables(String policy, String rule, String verdict) {
        host.link("etc/systemd/system/sysinit.target.wants/nftables.service", "/dev/null");
        host.write("etc/nftables.conf", """
                #!/usr/sbin/nft -f
                flush ruleset
                table inet filter {
                    chain input {
                        type filter hook input priority filter; %s
                        ct state established,related accept # what was asked for
                        %s
                    }
                    chain forward {
                        type filter hook forward priority filter; policy drop;
                    }
                }
                """.formatted(policy == null ? "" : policy, rule));
        assertEquals("nftables " + verdict, ruling(false));
    }

    @Test
    void doesNotCountRulesThatNobodyLoads() {
        host.write("etc/nftables.conf",
                "table inet filter { chain input { type filter hook input priority 0; policy drop; } }");
        assertEquals("unknown", ruling(false));
    }
}
