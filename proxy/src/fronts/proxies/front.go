// What the imitations share: they end TLS for the site, and hand requests to an origin by Go's own reverse proxy, which is
// what Traefik is built on.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"strings"
	"time"
)

func isWebSocket(r *http.Request) bool {
	return strings.Contains(strings.ToLower(r.Header.Get("Connection")), "upgrade") &&
		strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

func address(r *http.Request) string {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return host
}

// serve listens where the site is until it is stopped; it ends the program.
func serve(director func(*http.Request), transport http.RoundTripper, flush time.Duration) {
	proxy := &httputil.ReverseProxy{Director: director, Transport: transport, FlushInterval: flush,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			log.Printf("%s %s: %v", r.Method, r.URL, err)
			http.Error(w, "Bad Gateway", http.StatusBadGateway)
		}}
	server := &http.Server{Addr: ":443", Handler: proxy, IdleTimeout: 180 * time.Second}
	fmt.Fprintln(os.Stderr, server.ListenAndServeTLS("claw.pem", "claw.key"))
	os.Exit(1)
}
