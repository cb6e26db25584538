package io.seawall.proxy.doctor;

import io.seawall.host.Printable;
import java.util.Locale;

/// What one check found.
///
/// @param id stable, for scripts
/// @param sentence one, for people; never a secret
/// @param fix the line to change, or the command to run; empty where nothing has to be done
public record Finding(String id, Status status, String sentence, String fix) {

    /// What others said may be quoted in it.
    public Finding {
        sentence = Printable.line(sentence);
        fix = Printable.line(fix);
    }

    /// How a check came out. `WARN` is what works, but not everywhere or not well; `UNKNOWN` what could not be seen, so ask
    /// again; `SKIPPED` where there was nothing to ask, or another finding has to be mended first.
    public enum Status {
        OK, WARN, FAIL, UNKNOWN, SKIPPED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String id, String sentence) {
        return new Finding(id, Status.OK, sentence, "");
    }

    static Finding warn(String id, String sentence, String fix) {
        return new Finding(id, Status.WARN, sentence, fix);
    }

    static Finding fail(String id, String sentence, String fix) {
        return new Finding(id, Status.FAIL, sentence, fix);
    }

    static Finding unknown(String id, String sentence, String fix) {
        return new Finding(id, Status.UNKNOWN, sentence, fix);
    }

    static Finding skipped(String id, String sentence) {
        return new Finding(id, Status.SKIPPED, sentence, "");
    }

    boolean isFail() {
        return status == Status.FAIL;
    }

    boolean isOk() {
        return status == Status.OK;
    }
}
