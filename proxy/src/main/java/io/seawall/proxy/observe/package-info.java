/// Listens: metrics, logs and the admin listener. Nothing depends on it.
@NullMarked
package io.seawall.proxy.observe;

import org.jspecify.annotations.NullMarked;
