package io.seawall.proxy.server;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// What became of changed configurations while running.
public final class Reloads {

    /// Of one attempt.
    public enum Outcome {
        OK, UNCHANGED, REFUSED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);
    private volatile String trouble = "";

    public Reloads() {
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    /// The configuration that is there now is in force, whether it had to be taken over or not.
    public void taken(boolean changed) {
        count(changed ? Outcome.OK : Outcome.UNCHANGED);
        trouble = "";
    }

    /// The one that is there now is not in force.
    ///
    /// @param why without any secret
    public void refused(String why) {
        count(Outcome.REFUSED);
        trouble = why;
    }

    private void count(Outcome outcome) {
        Objects.requireNonNull(counts.get(outcome)).increment();
    }

    long of(Outcome outcome) {
        return Objects.requireNonNull(counts.get(outcome)).sum();
    }

    /// What is wrong, a line; empty when nothing is.
    String detail() {
        return trouble.isEmpty() ? "" : "configuration refused: " + trouble + "\n";
    }
}
