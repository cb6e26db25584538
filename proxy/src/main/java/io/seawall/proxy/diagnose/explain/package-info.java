/// What would become of a request, and why: one request goes through the very stages that judge clients' requests,
/// without a gateway, and with counts of its own. Nothing is sent, written or counted.
@NullMarked
package io.seawall.proxy.diagnose.explain;

import org.jspecify.annotations.NullMarked;
