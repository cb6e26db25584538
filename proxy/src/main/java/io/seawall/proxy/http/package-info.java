/// What both versions of HTTP have in common: heads, headers, the rules that a request must meet, the exchange, and the
/// stages that a request passes.
@NullMarked
package io.seawall.proxy.http;

import org.jspecify.annotations.NullMarked;
