/// The hardening checklist, ticked by a program: each row a check of what is on this host, none of which changes anything
/// or asks a network.
@NullMarked
package io.seawall.proxy.diagnose.audit;

import org.jspecify.annotations.NullMarked;
