/// The stages that ask for a credential and look at the origin; the only maker of permitted requests.
@NullMarked
package io.seawall.proxy.auth;

import org.jspecify.annotations.NullMarked;
