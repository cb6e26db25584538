/// Seawall itself. The packages below stand in the order in which a request meets them: server, tls, http, limit, pace,
/// http1, http2, answer, client, route, cloudflare, session, credential, auth, own, exposure, upstream; beside them observe,
/// diagnose and cli.
@NullMarked
package io.seawall.proxy;

import org.jspecify.annotations.NullMarked;
