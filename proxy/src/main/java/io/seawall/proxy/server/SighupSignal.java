package io.seawall.proxy.server;

import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/// SIGHUP, which would end the process: by convention it asks a service to read its configuration again. The JDK offers
/// signals by an interface that no program can be compiled against without a warning, so it is looked up.
///
/// Held back from the first moment of a service on: a signal that arrives before a listener is set is delivered then.
public final class SighupSignal {
    private static final SighupSignal HELD = new SighupSignal();

    private @Nullable Runnable listener;
    private boolean missed;

    private SighupSignal() {}

    /// From now on the signal ends nothing.
    public static void hold() {
        on(HELD::heard);
    }

    /// Delivers the signal from now on, and one that came since [#hold].
    ///
    /// @param heard runs on a thread of the JDK's, or at once on this one
    /// @return false where it will never arrive
    static boolean listen(Runnable heard) {
        boolean audible = on(HELD::heard);
        HELD.tell(heard);
        return audible;
    }

    private synchronized void heard() {
        if (listener == null) {
            missed = true;
        } else {
            listener.run();
        }
    }

    private synchronized void tell(Runnable heard) {
        listener = heard;
        if (missed) {
            missed = false;
            heard.run();
        }
    }

    /// @param heard runs on a thread of the JDK's
    /// @return false where it will never arrive: the system has no such signal, the JVM runs with -Xrs, or the parent
    /// had it ignored, as nohup does
    private static boolean on(Runnable heard) {
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
