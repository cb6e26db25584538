package io.seawall.proxy.route;

import io.seawall.proxy.client.ClientRequest;

/// A request for one of our hosts. Only [HostStage] makes one.
public record HostedRequest(ClientRequest request) {}
