/// Who the client is: the peer, or what a trusted proxy says.
@NullMarked
package io.seawall.proxy.client;

import org.jspecify.annotations.NullMarked;
