package io.seawall.proxy.upstream;

import io.seawall.proxy.exposure.Exposure;
import io.seawall.proxy.route.Route;

/// The gateway's ports: the one that it has its routes on, its sandbox's, and its portals'.
public record UpstreamPorts(Port gateway, Port sandbox, Port portals) {

    /// @param exposure whether the port may be used
    public record Port(UpstreamPool pool, Exposure exposure) {}

    /// Where requests of a route go.
    Port of(Route route) {
        return switch (route) {
            case SANDBOX -> sandbox;
            case PORTAL -> portals;
            case STATUS, HOOKS, API, PUBLIC, OWN, CAPABILITY, STATIC, UI -> gateway;
        };
    }
}
