package io.seawall.proxy.own;

import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.route.Router;

/// What Seawall answers itself on the `own` route, and with which status.
public enum OwnPage {
    LOGIN(303),
    CONFIRMATION(200),
    LOGOUT(200),
    CLIENT(200),
    // the gateway's page answers HTML here; a plain 404 is what its UI expects of a proxy without a hand-off
    NO_HAND_OFF(404);

    /// The answer where there is no page.
    public static final Rejection NOTHING = Rejection.client(NO_HAND_OFF.status, "not_found",
            "No automatic browser hand-off is set up.");

    private final int status;

    OwnPage(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }

    public static OwnPage of(RequestHead head) {
        return switch (head.path()) {
            case Router.LOGIN -> LOGIN;
            case Router.LOGOUT -> head.method().equals("POST") ? LOGOUT : CONFIRMATION;
            case Router.CLIENT -> CLIENT;
            default -> NO_HAND_OFF;
        };
    }
}
