package io.seawall.proxy.cli;

/// `seawall run`
record RunCommand(Console console) {

    int execute() {
        Hangup.hold();
        HeadStart.begin();
        Start start;
        try {
            start = Start.prepare(console, Start.facts());
        } catch (Start.Refused e) {
            return e.report(console);
        }
        return new Serving(console, start, RunCommand::nothing).serve(RunCommand::nothing);
    }

    private static void nothing() {
        // the journal says all there is to say
    }
}
