/// Real requests to the running pair, Seawall and gateway, and to the public address; each finding says in one sentence
/// what is wrong, and which line to change.
@NullMarked
package io.seawall.proxy.diagnose.doctor;

import org.jspecify.annotations.NullMarked;
