package io.seawall.proxy.cli;

import io.seawall.proxy.credential.HashCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// `seawall hash-password`
record HashPasswordCommand(Console console) {

    int execute() {
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
