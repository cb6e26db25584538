package io.seawall.proxy.http;

/// Fired through a client's pipeline: no further request is taken on the connection, what runs may end.
public enum Drain {
    NOW
}
