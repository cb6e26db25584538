package io.seawall.proxy.cli;

import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.ConfigException;
import io.seawall.proxy.server.StartRefusedException;
import java.util.List;

/// One word of the command line: what it is for, how it is written, what it does.
interface Command {
    String word();

    /// One line of the list of commands.
    String summary();

    /// From `usage:` on, without exit codes: lines of at most 80 columns.
    String help();

    /// The exit codes that it can end with, besides those that every command can.
    List<Exit> exits();

    /// What it means that the answer is no, where that is one of [#exits()].
    default String no() {
        return Exit.NO.meaning();
    }

    /// What [Exit#UPSTREAM] means there, where that is one of [#exits()]: most commands read the configuration, and do
    /// not look at the gateway's listener.
    default String upstream() {
        return "SEAWALL_UPSTREAM is not 127.0.0.1, or OPENCLAW_GATEWAY_BIND not loopback";
    }

    default List<Option> options() {
        return List.of();
    }

    /// How many words may be no options.
    default int mostArguments() {
        return 0;
    }

    Exit execute(Options options) throws UsageException, ConfigException, UnusableCertificateException,
            StartRefusedException;
}
