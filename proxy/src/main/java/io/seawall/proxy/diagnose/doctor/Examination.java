package io.seawall.proxy.diagnose.doctor;

import io.seawall.config.Config;
import io.seawall.proxy.diagnose.doctor.probe.Credentials;
import io.seawall.proxy.diagnose.doctor.probe.MayBeShown;
import java.time.InstantSource;

/// What all checks of one run share.
///
/// @param end when nothing more is asked, as `System.nanoTime`
record Examination(Config config, Credentials credentials, MayBeShown mayBeShown, InstantSource clock, long end) {

    /// @param whom the server that is asked, in the middle of a sentence
    Checks checks(String whom) {
        return new Checks(credentials, whom, end);
    }

    ClockCheck clockCheck() {
        return new ClockCheck(clock);
    }

    @Override
    public String toString() {
        return "examination"; // the configuration holds secrets
    }
}
