package io.seawall.proxy.diagnose.audit;

import io.seawall.proxy.diagnose.Status;

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
}
