// Asks an origin as Cloudflare's tunnel connector does, and prints a line of JSON for each answer.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"time"
)

type answer struct {
	Status  int      `json:"status"`
	Proto   string   `json:"proto,omitempty"`
	ALPN    string   `json:"alpn"`
	Reused  bool     `json:"reused"`
	Body    string   `json:"body,omitempty"`
	Echoed  []string `json:"echoed,omitempty"`
	Failure string   `json:"failure,omitempty"`
}

// ask sends one request as the connector hands it on.
func ask(t *http.Transport, origin *url.URL, host, path, visitor string, extra []string, frames []string) answer {
	request, err := http.NewRequest("GET", "http://origin"+path, nil)
	if err != nil {
		return answer{Failure: err.Error()}
	}
	request.URL.Scheme, request.URL.Host, request.Host = origin.Scheme, origin.Host, host
	h := request.Header
	edgeHeaders(h, visitor)
	h.Set("User-Agent", "")
	for _, line := range extra {
		if name, value, found := strings.Cut(line, ": "); found {
			h.Set(name, value)
		}
	}
	if frames != nil {
		webSocketHeaders(h)
		h.Set("Sec-Websocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
	}
	var a answer
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { a.Reused = info.Reused }}
	response, err := t.RoundTrip(request.WithContext(httptrace.WithClientTrace(request.Context(), trace)))
	if err != nil {
		a.Failure = err.Error()
		return a
	}
	defer response.Body.Close()
	a.Status, a.Proto = response.StatusCode, response.Proto
	if response.TLS != nil {
		a.ALPN = response.TLS.NegotiatedProtocol
	}
	if response.StatusCode == http.StatusSwitchingProtocols {
		a.Echoed, err = echo(response.Body.(io.ReadWriter), frames)
	} else {
		var body []byte
		body, err = io.ReadAll(io.LimitReader(response.Body, 1<<20))
		a.Body = string(body)
	}
	if err != nil {
		a.Failure = err.Error()
	}
	return a
}

// echo sends short masked text frames and reads a frame for each.
func echo(socket io.ReadWriter, frames []string) ([]string, error) {
	in := bufio.NewReader(socket)
	var echoed []string
	for _, text := range frames {
		frame := append([]byte{0x81, 0x80 | byte(len(text)), 1, 2, 3, 4}, text...)
		for i := range text {
			frame[6+i] ^= byte(i%4 + 1)
		}
		if _, err := socket.Write(frame); err != nil {
			return echoed, err
		}
		head := make([]byte, 2)
		if _, err := io.ReadFull(in, head); err != nil {
			return echoed, err
		}
		payload := make([]byte, head[1]&0x7f)
		if _, err := io.ReadFull(in, payload); err != nil {
			return echoed, err
		}
		echoed = append(echoed, string(payload))
	}
	return echoed, nil
}

type list []string

func (l *list) String() string         { return strings.Join(*l, ", ") }
func (l *list) Set(value string) error { *l = append(*l, value); return nil }

func main() {
	var headers, frames list
	file := flag.String("config", "config.yml", "")
	host := flag.String("host", "claw.example.com", "the name that the visitor asked for")
	path := flag.String("path", "/", "")
	visitor := flag.String("visitor", "203.0.113.7", "the visitor's address")
	count := flag.Int("n", 1, "requests, one after the other")
	gap := flag.Duration("gap", 0, "a pause before the last one")
	flag.Var(&headers, "header", "a further header, `Name: value`")
	flag.Var(&frames, "frame", "a text frame to send over a WebSocket")
	flag.Parse()

	s, err := readSettings(*file)
	if err == nil {
		var origin *url.URL
		if origin, err = url.Parse(s["service"]); err == nil {
			var t *http.Transport
			if t, err = transport(s, *host); err == nil {
				out := json.NewEncoder(os.Stdout)
				for i := 0; i < *count; i++ {
					if i > 0 && i == *count-1 {
						time.Sleep(*gap)
					}
					out.Encode(ask(t, origin, *host, *path, *visitor, headers, frames))
				}
				return
			}
		}
	}
	fmt.Fprintln(os.Stderr, "tunnel:", err)
	os.Exit(2)
}
