package io.seawall.proxy.limit;

/// What is kept for a client, in bytes of heap as `proxy/src/attacks` measured them (compact object headers), rounded up.
public final class HeapCost {
    /// A connection with its pipeline, its TLS engine and the reader of its protocol.
    public static final int CONNECTION = 6 * 1024;
    /// The codec of an HTTP/2 connection, with full header tables in both directions.
    public static final int HTTP2 = 24 * 1024;
    /// A stream with its pipeline, flow control and what of its response waits.
    public static final int STREAM = 4 * 1024;
    /// A request that is under way, besides its head.
    public static final int EXCHANGE = 512;
    /// A DATA frame that waits to be read.
    public static final int FRAME = 192;
    /// A response of HTTP/1.1 that the client has not taken.
    static final int ANSWER = 512;
    /// A request that the gateway answers: its connection, and what is written to it.
    public static final int RELAY = 8 * 1024;
    /// A refusal that waits for its turn.
    public static final int WAIT = 1024;
    /// A string of Latin characters, without them.
    public static final int STRING = 48;
    /// A header: its name and its value.
    public static final int FIELD = 2 * STRING;

    private HeapCost() {}
}
