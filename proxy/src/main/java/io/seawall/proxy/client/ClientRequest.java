package io.seawall.proxy.client;

import io.seawall.proxy.http.RequestHead;
import java.net.InetAddress;

/// A request whose client is known.
///
/// @param secure whether the client's own connection is TLS: ours, or, as it says, the trusted proxy's
public record ClientRequest(RequestHead head, InetAddress client, boolean secure) {}
