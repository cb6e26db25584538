package io.seawall.proxy.cli;

import java.lang.reflect.Proxy;

/// SIGHUP, which would end the process: by convention it asks a service to read its configuration again. The JDK offers
/// signals by an interface that no program can be compiled against without a warning, so it is looked up.
final class Hangup {
    private Hangup() {}

    /// @param heard runs on a thread of the JDK's
    /// @return false where it will never be heard: the system has no such signal, the JVM was told to keep off (-Xrs), or
    /// whoever started it had it ignored, as nohup does
    static boolean on(Runnable heard) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object listener = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[]{handler},
                    (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            heard.run();
                        }
                        return null;
                    });
            Object before = signal.getMethod("handle", signal, handler).invoke(null,
                    signal.getConstructor(String.class).newInstance("HUP"), listener);
            return !handler.getField("SIG_IGN").get(null).equals(before);
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
