package io.seawall.proxy.audit;

import java.util.function.Function;

/// One row of the checklist.
///
/// @param id stable, `group.name`
/// @param title what ought to be so
/// @param why what happens otherwise
record Check(String id, Severity severity, String title, String why, Function<World, Result> test) {
    Finding run(World world) {
        Result result;
        try {
            result = test.apply(world);
        } catch (RuntimeException e) {
            // what is read here was written by others
            result = Result.unknown("it could not be looked at (" + e.getClass().getSimpleName() + ")",
                    "report this, please");
        }
        return new Finding(id, severity, title, why, result.status(), result.found(), result.fix());
    }
}
