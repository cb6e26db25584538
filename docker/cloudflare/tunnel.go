// Treats an origin as Cloudflare's tunnel connector does: Go's own HTTP transport with the connector's defaults and the
// originRequest settings of config.yml, and the headers that the edge adds. Prints a line of JSON for each answer.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"time"
)

// settings are the lines of config.yml that concern the connection to the origin.
type settings map[string]string

// readSettings takes `key: value` wherever it stands: our config.yml names each key once.
func readSettings(path string) (settings, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	found := settings{}
	for _, line := range strings.Split(string(text), "\n") {
		if comment := strings.Index(line, "#"); comment >= 0 {
			line = line[:comment]
		}
		colon := strings.Index(line, ": ")
		if colon < 0 {
			continue
		}
		key := strings.TrimLeft(strings.TrimSpace(line[:colon]), "- ")
		if _, twice := found[key]; !twice {
			found[key] = strings.TrimSpace(line[colon+1:])
		}
	}
	return found, nil
}

func (s settings) on(key string) bool { return s[key] == "true" }

func transport(s settings, host string) (*http.Transport, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if s["caPool"] != "" {
		pem, err := os.ReadFile(s["caPool"])
		if err != nil {
			return nil, err
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, errors.New("caPool holds no certificate")
		}
	}
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	config := &tls.Config{RootCAs: pool, ServerName: s["originServerName"], InsecureSkipVerify: s.on("noTLSVerify")}
	t := &http.Transport{
		DialContext:           dialer.DialContext,
		TLSClientConfig:       config,
		MaxIdleConns:          100,
		MaxIdleConnsPerHost:   100,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
		ForceAttemptHTTP2:     s.on("http2Origin"),
	}
	if s.on("matchSNItoHost") {
		t.DialTLS = func(network, address string) (net.Conn, error) {
			connection, err := dialer.Dial(network, address)
			if err != nil {
				return nil, err
			}
			return tls.Client(connection, &tls.Config{RootCAs: pool, ServerName: host}), nil
		}
	}
	return t, nil
}

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
	for name, value := range map[string]string{
		"Accept-Encoding": "gzip, br", "Cdn-Loop": "cloudflare; loops=1", "Cf-Connecting-Ip": visitor,
		"Cf-Ipcountry": "DE", "Cf-Ray": "8f0e1d2c3b4a5968-FRA", "Cf-Visitor": `{"scheme":"https"}`,
		"Cf-Warp-Tag-Id": "00000000-0000-4000-8000-000000000000", "X-Forwarded-For": visitor,
		"X-Forwarded-Proto": "https", "User-Agent": "", "Connection": "keep-alive",
	} {
		h.Set(name, value)
	}
	for _, line := range extra {
		if name, value, found := strings.Cut(line, ": "); found {
			h.Set(name, value)
		}
	}
	if frames != nil {
		h.Set("Connection", "Upgrade")
		h.Set("Upgrade", "websocket")
		h.Set("Sec-Websocket-Version", "13")
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
