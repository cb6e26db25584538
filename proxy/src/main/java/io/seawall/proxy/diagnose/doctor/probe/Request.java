package io.seawall.proxy.diagnose.doctor.probe;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What is asked, in exactly these header fields besides Host and framing.
///
/// @param fields `Name: value`, none of which is a secret
public record Request(String method, String path, List<String> fields, List<Credential> credentials, String body) {

    public Request {
        fields = List.copyOf(fields);
        credentials = List.copyOf(credentials);
    }

    public static Request get(String path, String... fields) {
        return new Request("GET", path, List.of(fields), List.of(), "");
    }

    public static Request post(String path, String body, String... fields) {
        return new Request("POST", path, List.of(fields), List.of(), body).with("Content-Type: application/json");
    }

    /// A WebSocket's handshake (RFC 6455, section 4.1); the key is the RFC's example, because it protects nothing here.
    public static Request webSocket(String path, String... fields) {
        return get(path, fields).with("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    }

    public Request with(String... more) {
        List<String> all = new ArrayList<>(fields);
        all.addAll(List.of(more));
        return new Request(method, path, all, credentials, body);
    }

    /// The same, for a server that may receive it.
    public Request with(Credential credential) {
        List<Credential> all = new ArrayList<>(credentials);
        all.add(credential);
        return new Request(method, path, fields, all, body);
    }

    public boolean presents() {
        return !credentials.isEmpty();
    }

    byte[] wire(String host, String announcement) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder(announcement).append(method).append(' ').append(path)
                .append(" HTTP/1.1\r\nHost: ").append(host).append("\r\nUser-Agent: seawall-doctor\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        for (Credential credential : credentials) {
            text.append(credential.field()).append("\r\n");
        }
        if (fields.stream().noneMatch(field -> field.startsWith("Connection:"))) {
            text.append("Connection: close\r\n");
        }
        if (method.equals("POST")) {
            text.append("Content-Length: ").append(content.length).append("\r\n");
        }
        byte[] head = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] wire = java.util.Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, wire, head.length, content.length);
        return wire;
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
