/// Asks over connections of its own, and shows a credential only to whom it is meant for: who that is is decided here alone.
@NullMarked
package io.seawall.proxy.diagnose.doctor.probe;

import org.jspecify.annotations.NullMarked;
