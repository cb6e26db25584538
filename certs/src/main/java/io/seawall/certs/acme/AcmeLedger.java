package io.seawall.certs.acme;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// What we owe the CA, written down before anything is asked of it, so that no crash loop asks too often: an attempt
/// counts as failed until it has succeeded. Immutable.
///
/// @param accountReplaced when the account's key was last given up for a new one
record AcmeLedger(Tries tries, Plan plan, Optional<Instant> accountReplaced) {
    // Let's Encrypt: 5 failed validations of a name in an hour
    static final int MOST_FAILURES_AN_HOUR = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMinutes(2);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(6);
    private static final Duration AFTER_SUCCESS = Duration.ofHours(6);
    private static final Duration MOST_PATIENCE = Duration.ofDays(7);
    private static final Duration DAMAGED = Duration.ofMinutes(10);
    private static final Duration ADVICE = Duration.ofHours(6);
    private static final Duration LEAST_ADVICE = Duration.ofMinutes(1);
    private static final Duration MOST_ADVICE = Duration.ofDays(1);
    private static final Duration ACCOUNT = Duration.ofDays(1);

    /// A span that a moment was drawn from.
    record Window(Instant start, Instant end) {}

    /// How often the CA was asked in vain.
    ///
    /// @param attempts the failed ones of the last hour
    /// @param failures in a row
    /// @param next before which there is no other attempt
    record Tries(List<Instant> attempts, int failures, Instant next) {
        Tries {
            attempts = List.copyOf(attempts);
        }

        private List<Instant> recent(Instant now) {
            return attempts.stream().filter(at -> at.isAfter(now.minus(Duration.ofHours(1))) && !at.isAfter(now))
                    .toList();
        }
    }

    /// When to renew what we have.
    ///
    /// @param window what the CA advised last, from which `renewal` was drawn
    /// @param nextAdvice before which we do not ask for advice again
    record Plan(Optional<Instant> renewal, Optional<Window> window, Instant nextAdvice) {}

    static AcmeLedger empty() {
        return new AcmeLedger(new Tries(List.of(), 0, Instant.EPOCH),
                new Plan(Optional.empty(), Optional.empty(), Instant.EPOCH), Optional.empty());
    }

    int failures() {
        return tries.failures();
    }

    /// Before which there is no other attempt.
    Instant next() {
        return tries.next();
    }

    Optional<Instant> renewal() {
        return plan.renewal();
    }

    Instant nextAdvice() {
        return plan.nextAdvice();
    }

    /// Whether an attempt may be made. A date that lies too far ahead was written by a clock that was wrong.
    boolean allows(Instant now) {
        boolean over = !now.isBefore(next()) || next().isAfter(now.plus(MOST_PATIENCE).plus(ACCOUNT));
        return over && tries.recent(now).size() < MOST_FAILURES_AN_HOUR;
    }

    /// To be written before the attempt is made.
    AcmeLedger attempt(Instant now, RandomGenerator random) {
        List<Instant> recent = new ArrayList<>(tries.recent(now));
        recent.add(now);
        Instant then = now.plus(pause(failures() + 1, random));
        if (recent.size() >= MOST_FAILURES_AN_HOUR) {
            then = later(then, recent.get(recent.size() - MOST_FAILURES_AN_HOUR).plus(Duration.ofHours(1)));
        }
        return new AcmeLedger(new Tries(recent, failures() + 1, then), plan, accountReplaced);
    }

    /// @param retryAfter what the CA asked for; a week at most is granted
    AcmeLedger failed(Instant now, Optional<Instant> retryAfter) {
        Instant wanted = earlier(retryAfter.orElse(next()), now.plus(MOST_PATIENCE));
        return new AcmeLedger(new Tries(tries.attempts(), failures(), later(next(), wanted)), plan, accountReplaced);
    }

    /// A pause comes first here, too: a CA whose certificates are always due would be asked without end.
    AcmeLedger succeeded(Instant now, Instant notBefore, Instant notAfter, RandomGenerator random) {
        Duration life = Duration.between(notBefore, notAfter);
        Duration third = life.dividedBy(3);
        List<Instant> attempts = tries.attempts();
        return new AcmeLedger(
                new Tries(attempts.isEmpty() ? attempts : attempts.subList(0, attempts.size() - 1), 0,
                        now.plus(third.compareTo(AFTER_SUCCESS) < 0 ? third : AFTER_SUCCESS)),
                new Plan(Optional.of(renewal(notBefore, life, random)), Optional.empty(), now), accountReplaced);
    }

    /// To be written before advice is asked for.
    AcmeLedger asked(Instant now) {
        return new AcmeLedger(tries, new Plan(plan.renewal(), plan.window(), now.plus(ADVICE)), accountReplaced);
    }

    /// Draws a moment from the window, once for each window (RFC 9773, section 4.2).
    ///
    /// @param latest when the certificate is renewed whatever the CA advises
    AcmeLedger advised(Instant now, AcmeAuthority.Advice advice, Instant latest, RandomGenerator random) {
        Duration wait = advice.next().map(at -> Duration.between(now, at)).orElse(ADVICE);
        Duration bounded = wait.compareTo(LEAST_ADVICE) < 0
                ? LEAST_ADVICE
                : wait.compareTo(MOST_ADVICE) > 0 ? MOST_ADVICE : wait;
        var advised = new Window(advice.start(), advice.end());
        boolean known = plan.window().equals(Optional.of(advised));
        Optional<Instant> drawn = known
                ? plan.renewal()
                : Optional.of(earlier(latest, between(advice.start(), advice.end(), random)));
        return new AcmeLedger(tries, new Plan(drawn, Optional.of(advised), now.plus(bounded)), accountReplaced);
    }

    /// Whether the account's key may be given up: once a day, because CAs count new accounts, too.
    boolean mayReplaceAccount(Instant now) {
        return accountReplaced.isEmpty() || now.isAfter(accountReplaced.get().plus(ACCOUNT));
    }

    AcmeLedger accountReplaced(Instant now) {
        return new AcmeLedger(tries, plan, Optional.of(now));
    }

    /// Two minutes, four, and so on up to six hours, a fifth more or less.
    static Duration pause(int failures, RandomGenerator random) {
        Duration pause = FIRST_PAUSE;
        for (int i = 1; i < failures && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        long millis = (pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause).toMillis();
        return Duration.ofMillis((long) (millis * (0.8 + 0.4 * random.nextDouble())));
    }

    /// Between two thirds and three quarters of its life.
    static Instant renewal(Instant notBefore, Duration life, RandomGenerator random) {
        return between(notBefore.plus(life.multipliedBy(2).dividedBy(3)),
                notBefore.plus(life.multipliedBy(3).dividedBy(4)), random);
    }

    private static Instant between(Instant start, Instant end, RandomGenerator random) {
        long span = Duration.between(start, end).toMillis();
        return start.plusMillis(span <= 0 ? 0 : (long) (span * random.nextDouble()));
    }

    String text() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("attempts", tries.attempts().stream().map(Instant::toString).collect(Collectors.joining(",")));
        lines.put("failures", Integer.toString(failures()));
        lines.put("next", next().toString());
        lines.put("renewal", renewal().map(Instant::toString).orElse(""));
        lines.put("window", plan.window().map(w -> w.start() + "," + w.end()).orElse(""));
        lines.put("nextAdvice", nextAdvice().toString());
        lines.put("accountReplaced", accountReplaced.map(Instant::toString).orElse(""));
        return lines.entrySet().stream().map(line -> line.getKey() + "=" + line.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /// A file that cannot be read is no licence: it counts as an attempt of this moment.
    static AcmeLedger parse(String text, Instant now) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                lines.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        try {
            List<Instant> window = instants(lines.getOrDefault("window", ""));
            return new AcmeLedger(
                    new Tries(instants(lines.getOrDefault("attempts", "")),
                            Integer.parseUnsignedInt(lines.getOrDefault("failures", "")),
                            Instant.parse(lines.getOrDefault("next", ""))),
                    new Plan(instants(lines.getOrDefault("renewal", "")).stream().findFirst(),
                            window.size() == 2
                                    ? Optional.of(new Window(window.get(0), window.get(1)))
                                    : Optional.empty(),
                            Instant.parse(lines.getOrDefault("nextAdvice", ""))),
                    instants(lines.getOrDefault("accountReplaced", "")).stream().findFirst());
        } catch (java.time.DateTimeException | NumberFormatException e) {
            return new AcmeLedger(new Tries(List.of(now), 1, now.plus(DAMAGED)),
                    new Plan(Optional.empty(), Optional.empty(), now.plus(DAMAGED)), Optional.of(now));
        }
    }

    private static List<Instant> instants(String text) {
        List<Instant> instants = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            if (!item.isEmpty()) {
                instants.add(Instant.parse(item));
            }
        }
        return instants;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
