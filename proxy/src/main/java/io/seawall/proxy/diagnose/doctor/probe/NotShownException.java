package io.seawall.proxy.diagnose.doctor.probe;

import java.io.IOException;

/// A credential was not shown.
final class NotShownException extends IOException {
    private final boolean isSomebodyElse;

    /// @param isSomebodyElse whether it is known which server answers
    NotShownException(String message, boolean isSomebodyElse) {
        super(message);
        this.isSomebodyElse = isSomebodyElse;
    }

    boolean isSomebodyElse() {
        return isSomebodyElse;
    }
}
