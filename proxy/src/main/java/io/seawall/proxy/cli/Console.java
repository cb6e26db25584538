package io.seawall.proxy.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/// What a command sees of the world, so that tests can give it another one.
record Console(PrintStream output, PrintStream errors, Map<String, String> environment, Path folder) {

    /// Where log lines go: standard output past its [PrintStream], which does not say what could not be written.
    OutputStream log() {
        return output.equals(System.out) ? new FileOutputStream(FileDescriptor.out) : output;
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
