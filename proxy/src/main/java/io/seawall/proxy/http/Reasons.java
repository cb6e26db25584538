package io.seawall.proxy.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/// Reason phrases; a number that nobody registered gets its class's.
final class Reasons {
    private Reasons() {}

    static String of(int status) {
        return HttpResponseStatus.valueOf(status).reasonPhrase();
    }
}
