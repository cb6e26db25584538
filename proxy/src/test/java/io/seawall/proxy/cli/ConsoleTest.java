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
    /// A [PrintStream] throws nothing, so no lost line could be counted.
    @Test
    void logsPastThePrintStreamOfTheProcess() {
        assertInstanceOf(FileOutputStream.class, Console.standard().log());
        PrintStream other = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        assertSame(other, new Console(other, System.err, Map.of(), Path.of("")).log());
    }
}
