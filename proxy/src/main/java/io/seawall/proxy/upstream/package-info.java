/// The gateway's side: rewrite, pool, relay, tunnel and health.
@NullMarked
package io.seawall.proxy.upstream;

import org.jspecify.annotations.NullMarked;
