package io.seawall.proxy.auth;

import io.seawall.proxy.route.RoutedRequest;

/// A request whose client may try its layer now. Only [ThrottleHandler] makes one.
record AdmittedRequest(RoutedRequest request, boolean locked) {}
