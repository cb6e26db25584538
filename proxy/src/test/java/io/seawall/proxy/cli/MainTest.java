package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static final String USAGE = """
            Seawall, the security gateway in front of OpenClaw.

            usage: seawall COMMAND [--help]

              run            Serve: stand in front of the OpenClaw gateway of this host.
              demo           Try it: Seawall with generated secrets in front of a built-in stand-in gateway.
              init           Write .env with strong secrets.
              check          Validate configuration, certificates and the gateway's listener without starting.
              certs          Show the certificates, export the CA for other devices, renew.
              health         Ask the Seawall that runs on this host whether it answers.
              doctor         Ask the running pair, with real requests, what is wrong and which line to change.
              routes         Print the route table: path, layer, methods, limits.
              audit          Tick the hardening checklist: this host, OpenClaw's configuration, the container.
              explain        Say what would become of a request, and why, without sending it.
              hash-password  Turn a password into an argon2id hash for AUTH_PASSWORD_HASH.
              gen-token      Print a new random token of 256 bits.
              version        Print the versions of Seawall and of what it runs on.

            exit codes: 0 fine, 1 the answer is no, 2 usage or configuration, 3 upstream refused, 4 certificate trouble,
                        5 cannot bind, 70 internal failure or out of memory
            """;

    private final World world = new World(Path.of("/nowhere"), Map.of());

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
    void showsItsCommands(String argument) {
        assertEquals(0, world.run(argument));
        assertEquals(USAGE, world.out());
        assertEquals("", world.err());
    }

    @Test
    void showsThemToWhoeverNamesNoneAndFails() {
        assertEquals(2, world.run());
        assertEquals(USAGE, world.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RUN", "serve", "--verbose", ""})
    void refusesAnUnknownCommand(String word) {
        assertEquals(2, world.run(word));
        assertEquals("seawall: unknown command " + word + " (see: seawall --help)\n", world.err());
        assertEquals("", world.out());
    }

    @ParameterizedTest
    @EnumSource
    void explainsEachCommandAndDoesNotRunIt(Command command) {
        assertEquals(0, world.run(command.word(), "--help"));
        assertEquals(command.summary() + "\n\n" + command.help(), world.out());
        assertTrue(command.help().startsWith("usage: seawall " + command.word()), command.help());
        World other = new World(Path.of("/nowhere"), Map.of());
        assertEquals(0, other.run(command.word(), "x", "-h"));
        assertEquals(world.out(), other.out());
    }

    /// But for `explain`, which must not show what may be a credential.
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EXPLAIN")
    void refusesAnExtraArgument(Command command) {
        String[] arguments = command == Command.DEMO
                ? new String[]{"demo", "8443", "x"}
                : new String[]{command.word(), "x"};
        assertEquals(2, world.run(arguments));
        assertEquals("seawall %1$s: unexpected argument x (see: seawall %1$s --help)\n".formatted(command.word()),
                world.err());
        assertEquals("", world.out());
    }

    @Test
    void refusesADemoOnWhatIsNoPort() {
        assertEquals(2, world.run("demo", "https"));
        assertEquals("seawall demo: https (expected: a port number)\n", world.err());
    }

    @Test
    void endsWithItsOwnCodeWhereACommandFails() {
        assertEquals(70, world.guarded(() -> {
            throw new IllegalStateException("hunter2");
        }));
        assertTrue(world.err().startsWith("seawall: internal failure, java.lang.IllegalStateException at "),
                world.err());
        assertFalse(world.err().contains("hunter2"), world.err());
    }

    @Test
    void makesATokenOf256BitsEachTime() {
        assertEquals(0, world.run("gen-token"));
        assertEquals(0, world.run("gen-token"));
        String[] tokens = world.out().split("\n");
        for (String token : tokens) {
            assertTrue(token.matches("[0-9a-f]{64}"), token);
        }
        assertNotEquals(tokens[0], tokens[1]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version"})
    void tellsItsVersions(String word) {
        assertEquals(0, world.run(word));
        assertTrue(world.out().matches("seawall \\S+ \\(Java 2[5-9].*, Netty 4\\.2\\.\\d+\\.Final, TLS .+\\)\n"),
                world.out());
    }

    @ParameterizedTest
    @CsvSource({"run, 2", "check, 2"})
    void endsWithTheCodeOfARefusedConfiguration(String word, int code) {
        assertEquals(code, world.run(word));
        assertTrue(world.err().startsWith("seawall: refused, 2 problems\n"), world.err());
    }
}
