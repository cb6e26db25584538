package io.seawall.proxy.auth;

import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.route.RoutedRequest;

/// A request that its layer granted; its origin is still to be checked. Only [LayerStage] makes one.
record GrantedRequest(RoutedRequest request, Decision.Granted decision) {}
