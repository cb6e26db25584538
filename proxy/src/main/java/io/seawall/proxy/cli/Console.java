package io.seawall.proxy.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/// What a command sees of the world, so that tests can give it another one.
record Console(PrintStream output, PrintStream errors, Map<String, String> environment, Path folder) {

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
