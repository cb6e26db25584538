/// The gateway's side: rewrite, pool, relay, tunnel, health and exposure.
@NullMarked
package io.seawall.proxy.upstream;

import org.jspecify.annotations.NullMarked;
