package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
    /// But for commands, which are pasted whole.
    @Test
    void welcomesWithinEightyColumns() {
        String text = DemoCommand.welcome(Map.of("PORT", "8443", "AUTH_PASSWORD", "a".repeat(24),
                "OPENCLAW_GATEWAY_TOKEN", "b".repeat(60), "HOOKS_TOKEN", "c".repeat(60), "SEAWALL_ADMIN",
                "127.0.0.1:9464"), "/tmp/seawall-demo-1/ca.pem");
        assertTrue(text.contains("  curl --cacert /tmp/seawall-demo-1/ca.pem -u admin:aaaa"), text);
        assertEquals(List.of(), text.lines().filter(line -> !line.startsWith("  curl "))
                .filter(line -> line.length() > Columns.WIDTH).toList());
    }
}
