package io.seawall.proxy.cli;

import io.seawall.proxy.server.Preload;
import io.seawall.proxy.server.Serving;
import io.seawall.proxy.server.SighupSignal;
import io.seawall.proxy.server.Start;
import io.seawall.proxy.server.StartRefusedException;

/// `seawall run`
record RunCommand(Console console) {

    int execute() {
        SighupSignal.hold();
        Preload.begin();
        try {
            Start start = Start.prepare(console.sources(), Start.facts());
            new Serving(console.sources(), start, Versions.seawall(), console.log())
                    .serve(RunCommand::nothing, RunCommand::end);
            return Exit.FINE;
        } catch (StartRefusedException e) {
            return Configuration.report(console, e);
        }
    }

    /// A requested stop that went well is exit 0, not the signal's 143.
    static void end() {
        Runtime.getRuntime().halt(Exit.FINE);
    }

    private static void nothing() {
        // the journal says all there is to say
    }
}
