package io.seawall.proxy.credential;

import java.net.InetAddress;

/// Fired through the client's pipeline for each decision of a layer.
///
/// @param outcome `granted`, `denied`, `locked` or `slowed`
/// @param lockout whether this denial locked the client's network out of the layer
public record AuthEvent(Layer layer, String outcome, String reason, InetAddress client, boolean lockout) {}
