/// What `audit` and `doctor` say: findings, a report of them, and its forms for people and for programs. What they look at is
/// in the packages below.
@NullMarked
package io.seawall.proxy.diagnose;

import org.jspecify.annotations.NullMarked;
