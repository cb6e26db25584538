// How Cloudflare's tunnel connector treats an origin: Go's own HTTP transport with the connector's defaults and the
// originRequest settings of config.yml, and the headers that the edge adds.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
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

// edgeHeaders are what a request has when the edge and the connector have added theirs.
func edgeHeaders(h http.Header, visitor string) {
	for name, value := range map[string]string{
		"Accept-Encoding": "gzip, br", "Cdn-Loop": "cloudflare; loops=1", "Cf-Connecting-Ip": visitor,
		"Cf-Ipcountry": "DE", "Cf-Ray": "8f0e1d2c3b4a5968-FRA", "Cf-Visitor": `{"scheme":"https"}`,
		"Cf-Warp-Tag-Id": "00000000-0000-4000-8000-000000000000", "X-Forwarded-For": visitor,
		"X-Forwarded-Proto": "https", "Connection": "keep-alive",
	} {
		h.Set(name, value)
	}
}

// webSocketHeaders are those of a request that is to become a WebSocket; its key stays the visitor's.
func webSocketHeaders(h http.Header) {
	h.Set("Connection", "Upgrade")
	h.Set("Upgrade", "websocket")
	h.Set("Sec-Websocket-Version", "13")
}
