package io.seawall.proxy.diagnose.doctor;

import io.seawall.config.Config;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.doctor.probe.Answer;
import io.seawall.proxy.diagnose.doctor.probe.Credential;
import io.seawall.proxy.diagnose.doctor.probe.NoAnswerException;
import io.seawall.proxy.diagnose.doctor.probe.Request;
import io.seawall.proxy.diagnose.doctor.probe.Target;

/// Posts an unparsable body to a webhook that does not exist: the response shows how far the request got, and nothing
/// is set off, also where the gateway maps every name.
record HooksCheck(Config config, Target gateway, Front front, Credential token) {
    private static final String BROKEN = "{";

    Finding run(String id) throws NoAnswerException {
        String path = config.hooks().path() + "/seawall-doctor";
        String[] us = {"X-Forwarded-For: 192.0.2.86", "X-Forwarded-Proto: https"};
        Answer untold = gateway.ask(Request.post(path, BROKEN, us));
        if (untold.isUnattributed()) {
            return Finding.skipped(id, "Not asked: gateway.attribution comes first.");
        }
        if (untold.status() != 401) {
            return Finding.fail(id, "The gateway has no webhooks at " + config.hooks().path() + " (" + untold.status()
                    + ", expected: 401 without a token).",
                    "openclaw.json: hooks.enabled: true, hooks.path: \"" + config.hooks().path() + "\"");
        }
        Answer told = gateway.ask(Request.post(path, BROKEN, us).with(token));
        if (told.status() == 401) {
            return Finding.fail(id, "The gateway has another hooks token than Seawall.",
                    "set HOOKS_TOKEN and openclaw.json's hooks.token to the same value, restart both");
        }
        if (told.status() == 429) {
            return Finding.unknown(id, "The gateway locks us out for a while after wrong hooks tokens (429).",
                    "wait a minute, then run doctor again");
        }
        Answer refused = front.target().ask(Request.post(path, BROKEN));
        Answer accepted = front.target().ask(Request.post(path, BROKEN).with(token));
        if (refused.status() != 401) {
            return Finding.fail(id, "Without a token a webhook gets " + refused.status()
                    + " from Seawall (expected: 401): it runs with another configuration than this one.",
                    "restart Seawall, or send it SIGHUP");
        }
        return switch (accepted.status()) {
            case 400, 404 -> Finding.pass(id, "Webhooks are accepted with the hooks token, and with nothing else.");
            case 401 ->
                Finding.fail(id, "Seawall refuses the configured hooks token: it runs with another configuration "
                        + "than this one.", "restart Seawall, or send it SIGHUP");
            default -> Finding.warn(id, "A webhook with the token gets " + accepted.status()
                    + " through Seawall (expected: 400 or 404).", "look at OpenClaw's log");
        };
    }
}
