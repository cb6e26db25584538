package io.seawall.proxy.auth;

import io.seawall.proxy.server.Answer;
import io.seawall.proxy.server.MemorySeawall;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Asks a Seawall in memory for pages, by its public name.
record Visitor(MemorySeawall seawall) {
    static final String ADDRESS = "203.0.113.7";
    /// The header with the right password.
    static final String RIGHT = basic(TestConfig.PASSWORD);

    /// The header with a password.
    static String basic(String password) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8));
    }

    Answer ask(String line, String... headers) {
        return askFrom(ADDRESS, line, headers);
    }

    Answer askFrom(String address, String line, String... headers) {
        return seawall.ask(address, line + " HTTP/1.1\nHost: claw.example.com\n" + String.join("\n", headers));
    }

    /// The `Cookie` header of a session that begins now.
    String login() {
        return "Cookie: " + ask("GET /.seawall/login", RIGHT).header("Set-Cookie").replaceFirst(";.*", "");
    }
}
