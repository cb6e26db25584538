package io.seawall.proxy.diagnose;

/// What ought to be so, of a check on a list.
///
/// @param title what ought to be so
/// @param why what happens otherwise
public record Expectation(Severity severity, String title, String why) {}
