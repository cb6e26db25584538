/// Sessions of people: the cookie, its signature, and how a session ends.
@NullMarked
package io.seawall.proxy.session;

import org.jspecify.annotations.NullMarked;
