/// Sends requests over connections of its own, and a credential only to a server that may receive it, which is decided
/// here alone.
@NullMarked
package io.seawall.proxy.diagnose.doctor.probe;

import org.jspecify.annotations.NullMarked;
