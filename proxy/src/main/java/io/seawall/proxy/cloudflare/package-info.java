/// Cloudflare Access: whether a request carries an assertion of the configured team. It only ever refuses.
@NullMarked
package io.seawall.proxy.cloudflare;

import org.jspecify.annotations.NullMarked;
