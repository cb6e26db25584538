package io.seawall.proxy.diagnose.audit;

import io.seawall.host.TimeLimit;
import io.seawall.proxy.diagnose.Expectation;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.Severity;
import io.seawall.proxy.diagnose.facts.Host;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// One row of the checklist.
///
/// @param id stable, `group.name`
/// @param title what ought to be so
/// @param why what happens otherwise
record Check(String id, Severity severity, String title, String why, Function<Host, Result> test) {
    private static final Duration TIME = Duration.ofSeconds(20);

    Finding run(Host host) {
        Result result;
        try {
            result = TimeLimit.within(TIME, () -> test.apply(host));
        } catch (TimeoutException e) {
            result = Result.unknown("it took longer than " + TIME.toSeconds() + " seconds to look",
                    "find out what hangs: a pipe, or a file system that does not answer");
        } catch (RuntimeException | StackOverflowError e) {
            // what is read here was written by others
            result = Result.unknown("it could not be looked at (" + e.getClass().getSimpleName() + ")",
                    "report this, please");
        }
        return new Finding(id, Optional.of(new Expectation(severity, title, why)), result.status(), result.found(),
                result.fix());
    }
}
