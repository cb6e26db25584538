/// What can be read of this host and of OpenClaw's own files, for checks to judge: all of it bounded, because others write
/// it. Changes nothing and asks no network.
@NullMarked
package io.seawall.proxy.diagnose.facts;

import org.jspecify.annotations.NullMarked;
