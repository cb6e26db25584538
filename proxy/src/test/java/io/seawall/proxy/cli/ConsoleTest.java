package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private static Console console(PrintStream output) {
        return new Console(output, System.err, Map.of(), Path.of(""));
    }

    /// A [PrintStream] throws nothing, so no lost line could be counted.
    @Test
    void logsPastThePrintStreamOfTheProcess() {
        assertInstanceOf(FileOutputStream.class, console(System.out).log());
        PrintStream other = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        assertSame(other, console(other).log());
    }
}
