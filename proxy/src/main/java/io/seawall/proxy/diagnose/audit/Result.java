package io.seawall.proxy.diagnose.audit;

import io.seawall.proxy.diagnose.Status;
import io.seawall.proxy.diagnose.facts.OpenClaw;
import io.seawall.proxy.diagnose.facts.Texts;

/// What a check found.
///
/// @param found a sentence for people, without any secret
/// @param fix what to do about it, as exactly as it can be said; of an unknown, what would be needed to know; empty where
/// all is well
record Result(Status status, String found, String fix) {
    static Result pass(String found) {
        return new Result(Status.PASS, found, "");
    }

    static Result warn(String found, String fix) {
        return new Result(Status.WARN, found, fix);
    }

    static Result fail(String found, String fix) {
        return new Result(Status.FAIL, found, fix);
    }

    static Result unknown(String found, String needed) {
        return new Result(Status.UNKNOWN, found, needed);
    }

    /// Of a check that needs Seawall's own configuration.
    static Result noConfiguration() {
        return unknown("the configuration is not valid", "./seawall check says why");
    }

    /// Of a check that needs what there is not: OpenClaw's configuration, or its folder.
    static Result noOpenClaw(OpenClaw openclaw) {
        if (openclaw.unreadable().isEmpty()) {
            return unknown("no openclaw.json found on this host",
                    "run this where OpenClaw's state is (read-only will do), or set OPENCLAW_STATE_DIR to it");
        }
        String names = Texts
                .some(openclaw.unreadable().stream().map(file -> String.valueOf(file.getFileName())).toList());
        return unknown(names + " cannot be read: not JSON5, not a regular file, or more than is looked at ("
                + OpenClaw.MOST + ")", "run this as the user who owns it, and see: openclaw config validate");
    }
}
