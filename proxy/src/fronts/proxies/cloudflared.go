// Cloudflare's edge and a tunnel's connector in one: what docker/cloudflare/origin.go says of both, by the config.yml that
// is its argument.
package main

import (
	"net/http"
	"net/url"
	"os"
)

// connector says keep-alive, which Go's reverse proxy has taken away.
type connector struct{ *http.Transport }

func (c connector) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Connection") == "" {
		r.Header.Set("Connection", "keep-alive")
	}
	return c.Transport.RoundTrip(r)
}

func main() {
	s, err := readSettings(os.Args[1])
	if err != nil {
		panic(err)
	}
	origin, err := url.Parse(s["service"])
	if err != nil {
		panic(err)
	}
	t, err := transport(s, "claw.example.com")
	if err != nil {
		panic(err)
	}
	serve(func(r *http.Request) {
		upgrade := isWebSocket(r)
		edgeHeaders(r.Header, address(r))
		r.Header.Del("X-Forwarded-For") // Go's reverse proxy adds it
		if upgrade {
			webSocketHeaders(r.Header)
		}
		r.URL.Scheme, r.URL.Host = origin.Scheme, origin.Host
		if _, told := r.Header["User-Agent"]; !told {
			r.Header.Set("User-Agent", "")
		}
	}, connector{t}, -1)
}
