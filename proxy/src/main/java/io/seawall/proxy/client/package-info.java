/// The client: the peer, or the address that a trusted proxy names.
@NullMarked
package io.seawall.proxy.client;

import org.jspecify.annotations.NullMarked;
