package io.seawall.proxy.server;

/// Cannot listen on the address; the message names key, address and reason.
public final class BindFailedException extends Exception {
    BindFailedException(String message) {
        super(message);
    }
}
