package io.seawall.proxy.diagnose.doctor.probe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/// No answer came.
public final class NoAnswerException extends Exception {

    /// What came instead.
    public enum Instead {
        REFUSED("nothing listens there"),
        SILENCE("it sends nothing for 10 seconds"),
        END(
                "the connection ends without an answer"),
        NOT_HTTP("its answer is not HTTP"),
        NO_TLS(
                "there is no TLS connection"),
        NO_NAME("the name has no address"),
        NO_WAY("there is no route to it"),
        TOO_MUCH("its answer is too long"),
        UNPROVEN("what answers there is not proved to be the right one");

        private final String words;

        Instead(String words) {
            this.words = words;
        }
    }

    private final Instead instead;

    NoAnswerException(Instead instead) {
        super(instead.words);
        this.instead = instead;
    }

    public static NoAnswerException because(IOException e) {
        NoAnswerException noAnswer = new NoAnswerException(switch (e) {
            case ConnectException c when String.valueOf(c.getMessage()).contains("refused") -> Instead.REFUSED;
            case SocketTimeoutException _ -> Instead.SILENCE;
            case SSLException _ -> Instead.NO_TLS;
            case UnknownHostException _ -> Instead.NO_NAME;
            case Conversation.NotHttpException _ -> Instead.NOT_HTTP;
            case Conversation.TooMuchException _ -> Instead.TOO_MUCH;
            case NotShownException _ -> Instead.UNPROVEN;
            case ConnectException _ -> Instead.NO_WAY;
            case java.net.NoRouteToHostException _ -> Instead.NO_WAY;
            default -> Instead.END;
        });
        noAnswer.initCause(e);
        return noAnswer;
    }

    public Instead instead() {
        return instead;
    }

    /// In the middle of a sentence.
    public String words() {
        return getCause() instanceof NotShownException notShown
                ? String.valueOf(notShown.getMessage())
                : instead.words;
    }

    /// Whether the server is known to be another one than intended.
    public boolean isSomebodyElse() {
        return getCause() instanceof NotShownException notShown && notShown.isSomebodyElse();
    }
}
