package io.seawall.proxy.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/// Reason phrases; an unregistered number gets its class's.
final class Reasons {
    private Reasons() {}

    static String of(int status) {
        return HttpResponseStatus.valueOf(status).reasonPhrase();
    }
}
