package io.seawall.proxy.client;

import io.seawall.proxy.http.RequestHead;
import java.net.InetAddress;

/// A request whose client is known.
///
/// @param secure whether the client's own connection is TLS: to us, or, by its header, to the trusted proxy
public record ClientRequest(RequestHead head, InetAddress client, boolean secure) {}
