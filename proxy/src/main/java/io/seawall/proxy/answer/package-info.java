/// What Seawall says itself: pages, JSON, refusals, and the security headers of every response.
@NullMarked
package io.seawall.proxy.answer;

import org.jspecify.annotations.NullMarked;
