package io.seawall.proxy.cli;

import io.seawall.proxy.credential.HashCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `seawall hash-password`
record HashPasswordCommand(Console console) implements Command {
    @Override
    public String word() {
        return "hash-password";
    }

    @Override
    public String summary() {
        return "turn a password into a hash for AUTH_PASSWORD_HASH";
    }

    @Override
    public String help() {
        return """
                usage: seawall hash-password

                Asks for the password twice on a terminal, or reads one line from standard
                input. Prints its argon2id hash.
                """;
    }

    @Override
    public List<Exit> exits() {
        return List.of(Exit.FINE, Exit.CONFIGURATION);
    }

    @Override
    public Exit execute(Options options) {
        String password = read();
        if (password == null) {
            return Exit.CONFIGURATION;
        }
        if (password.codePointCount(0, password.length()) < 12) {
            console.error("seawall hash-password: too short (expected: at least 12 characters)");
            return Exit.CONFIGURATION;
        }
        console.out(HashCheck.argon2id(password.getBytes(StandardCharsets.UTF_8)));
        return Exit.FINE;
    }

    @SuppressWarnings("SystemConsoleNull") // it is null where the JDK has no terminal
    private @Nullable String read() {
        java.io.Console terminal = System.console();
        if (terminal != null && terminal.isTerminal()) {
            char[] once = terminal.readPassword("Password: ");
            char[] twice = terminal.readPassword("Again: ");
            if (once == null || twice == null || !Arrays.equals(once, twice)) {
                console.error("seawall hash-password: the two do not match");
                return null;
            }
            return new String(once);
        }
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            if (line == null) {
                console.error("seawall hash-password: standard input is empty (expected: one line, the password)");
            }
            return line;
        } catch (IOException e) {
            console.error("seawall hash-password: standard input cannot be read");
            return null;
        }
    }
}
