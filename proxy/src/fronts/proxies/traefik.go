// Does to a request what Traefik 3 does: its transport, its headers in its spelling. Takes the lines it needs from the
// dynamic configuration that is its argument.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
)

var managed = []string{"X-Forwarded-Proto", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port",
	"X-Forwarded-Server", "X-Forwarded-Uri", "X-Forwarded-Method", "X-Forwarded-Prefix",
	"X-Forwarded-Tls-Client-Cert", "X-Forwarded-Tls-Client-Cert-Info", "X-Real-Ip"}

// forwarded replaces what the client says of itself: entry points trust nobody unless told to.
func forwarded(r *http.Request, server string) {
	for _, name := range managed {
		r.Header.Del(name)
	}
	proto := "https"
	if isWebSocket(r) {
		proto = "wss"
	}
	r.Header.Set("X-Real-Ip", address(r))
	r.Header.Set("X-Forwarded-Proto", proto)
	r.Header.Set("X-Forwarded-Port", "443")
	r.Header.Set("X-Forwarded-Host", r.Host)
	r.Header.Set("X-Forwarded-Server", server)
	// X-Forwarded-For is appended by Go's reverse proxy, as Traefik does it

	upgrade := isWebSocket(r)
	for _, line := range r.Header["Connection"] {
		for _, option := range strings.Split(line, ",") {
			if name := http.CanonicalHeaderKey(textproto.TrimString(option)); name != "Upgrade" && name != "" {
				r.Header.Del(name)
			}
		}
	}
	r.Header.Del("Connection")
	if upgrade {
		r.Header.Set("Connection", "Upgrade")
		for _, name := range []string{"Key", "Extensions", "Accept", "Protocol", "Version"} {
			canonical := "Sec-Websocket-" + name
			if values := r.Header[canonical]; values != nil {
				r.Header["Sec-WebSocket-"+name] = values
				delete(r.Header, canonical)
			}
		}
	}
}

// smart takes HTTP/2 where the origin offers it, but never for an upgrade.
type smart struct{ http1, http2 *http.Transport }

func (s smart) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.EqualFold(r.Header.Get("Connection"), "upgrade") {
		return s.http1.RoundTrip(r)
	}
	return s.http2.RoundTrip(r)
}

func transport(config *tls.Config, http2 bool) *http.Transport {
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: config, MaxIdleConnsPerHost: 200,
		IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 10 * time.Second, ExpectContinueTimeout: time.Second,
		ReadBufferSize: 64 * 1024, WriteBufferSize: 64 * 1024, ForceAttemptHTTP2: http2}
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	setting := func(pattern string) string {
		if found := regexp.MustCompile(pattern).FindSubmatch(text); found != nil {
			return string(found[1])
		}
		return ""
	}
	origin, err := url.Parse(setting(`url: "?([^" }]+)`))
	if err != nil || origin.Host == "" {
		panic("no url")
	}
	config := &tls.Config{ServerName: setting(`serverName: (\S+)`)}
	if file := setting(`rootCAs: \[([^\]]+)\]`); file != "" {
		pem, err := os.ReadFile(file)
		config.RootCAs = x509.NewCertPool()
		if err != nil || !config.RootCAs.AppendCertsFromPEM(pem) {
			panic("no certificate in " + file)
		}
	}
	server, _ := os.Hostname()
	serve(func(r *http.Request) {
		forwarded(r, server)
		r.URL.Scheme, r.URL.Host = origin.Scheme, origin.Host
		if _, told := r.Header["User-Agent"]; !told {
			r.Header.Set("User-Agent", "")
		}
	}, smart{transport(config.Clone(), false), transport(config.Clone(), true)}, 100*time.Millisecond)
}
