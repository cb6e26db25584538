package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.config.Problem;
import io.seawall.proxy.server.StartRefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RefusalsTest {
    private final World world = new World(Path.of("/nowhere"), Map.of());

    @Test
    void printsEveryProblemWithWhatToDo() {
        var reason = new StartRefusedException.Problems(
                List.of(new Problem(Problem.Kind.UPSTREAM, "A", "found", "expected this", "do that"),
                        new Problem(Problem.Kind.CONFIGURATION, "B", "also", "more", "much")));
        assertEquals(Exit.CONFIGURATION, Refusals.report(world.console, new StartRefusedException(reason)));
        assertEquals("""
                seawall: refused, 2 problems

                  A: found
                    expected: expected this
                    fix:      do that

                  B: also
                    expected: more
                    fix:      much
                """, world.err());
        assertEquals("", world.out());
    }

    /// A reason, and the exit code that it has.
    private static Map<StartRefusedException.Reason, Exit> reasons() {
        return Map.of(new StartRefusedException.State("why"), Exit.CONFIGURATION,
                new StartRefusedException.Certificates("why"),
                Exit.CERTIFICATES,
                new StartRefusedException.Bind("why"), Exit.BIND);
    }

    static List<StartRefusedException.Reason> kinds() {
        return List.copyOf(reasons().keySet());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void printsTheOneReasonAndHasItsCode(StartRefusedException.Reason reason) {
        assertEquals(reasons().get(reason), Refusals.report(world.console, new StartRefusedException(reason)));
        assertEquals("seawall: refused\n\n  why\n", world.err());
    }
}
