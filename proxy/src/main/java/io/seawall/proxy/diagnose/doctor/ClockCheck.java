package io.seawall.proxy.diagnose.doctor;

import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.doctor.probe.Answer;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// Compares a server's `Date` with our clock: certificates, sessions and tokens are good for a time only.
record ClockCheck(InstantSource clock) {
    private static final Duration MOST = Duration.ofSeconds(60);

    Finding of(String id, String whose, Answer answer) {
        Optional<String> date = answer.field("Date");
        try {
            if (date.isPresent()) {
                Duration off = Duration.between(clock.instant(),
                        ZonedDateTime.parse(date.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
                return off.abs().compareTo(MOST) <= 0
                        ? Finding.pass(id, "The clock of " + whose + " and that of this machine agree within a minute.")
                        : Finding.warn(id, "The clock of " + whose + " is " + off.abs().toSeconds() + " s "
                                + (off.isNegative() ? "behind" : "ahead of") + " ours: logins and certificates may "
                                + "count as expired, or as not valid yet.",
                                "timedatectl set-ntp true, on the machine whose clock is wrong");
            }
        } catch (DateTimeParseException e) {
            // none that can be read
        }
        return Finding.unknown(id, "What " + whose + " answers bears no date.", "");
    }
}
