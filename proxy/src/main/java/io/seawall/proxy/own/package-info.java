/// The routes that Seawall answers itself: login, logout, what it takes the client for, and health checks.
@NullMarked
package io.seawall.proxy.own;

import org.jspecify.annotations.NullMarked;
