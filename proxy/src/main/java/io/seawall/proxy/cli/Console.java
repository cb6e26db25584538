package io.seawall.proxy.cli;

import io.seawall.config.ConfigException;
import io.seawall.config.load.ConfigLoader;
import io.seawall.config.load.Sources;
import io.seawall.proxy.credential.HashCheck;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/// What a command sees of the world, so that tests can give it another one.
record Console(PrintStream output, PrintStream errors, Map<String, String> environment, Path folder) {
    private static final PrintStream STANDARD = utf8(FileDescriptor.out);

    /// The process's own, in UTF-8 whatever the locale.
    static Console standard() {
        return new Console(STANDARD, utf8(FileDescriptor.err), System.getenv(), Path.of("").toAbsolutePath());
    }

    private static PrintStream utf8(FileDescriptor file) {
        return new PrintStream(new FileOutputStream(file), true, StandardCharsets.UTF_8);
    }

    /// Where log lines go: standard output without its [PrintStream], which does not report failed writes.
    OutputStream log() {
        return output.equals(STANDARD) ? new FileOutputStream(FileDescriptor.out) : output;
    }

    /// Where the configuration comes from.
    Sources sources() {
        return new Sources(environment, folder);
    }

    /// Whether what is printed is read on a terminal that shows colours.
    @SuppressWarnings("SystemConsoleNull") // it is null where the JDK has no terminal
    boolean isColoured() {
        java.io.Console terminal = System.console();
        return output.equals(STANDARD) && terminal != null && terminal.isTerminal()
                && !environment.containsKey("NO_COLOR");
    }

    /// The configuration that they make.
    ///
    /// @throws ConfigException with every problem
    ConfigLoader.Loaded load() throws ConfigException {
        return sources().load(HashCheck::matches);
    }

    void out(String line) {
        output.println(line);
    }

    void error(String line) {
        errors.println(line);
    }

    @Override
    public String toString() {
        return "console in " + folder; // the environment holds secrets
    }
}
