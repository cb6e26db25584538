/// The three layers, sessions, throttling, origins; the only maker of permitted requests.
@NullMarked
package io.seawall.proxy.auth;

import org.jspecify.annotations.NullMarked;
