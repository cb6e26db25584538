// Go: net/http, which takes HTTP/2 where it is offered, and gorilla/websocket.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

type result map[string]interface{}

var plan struct {
	Host, Ca, Id, Basic, Token, HooksToken string
	Big                                    int
	Drain                                  bool
}
var client *http.Client

func tell(scenario string, r result) {
	r["scenario"] = scenario
	json.NewEncoder(os.Stdout).Encode(r)
}

func ask(method, path, body string, headers ...string) (result, *http.Response) {
	request, _ := http.NewRequest(method, "https://"+plan.Host+path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		return result{"status": 0, "text": err.Error()}, &http.Response{Header: http.Header{}}
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	r := result{"status": response.StatusCode, "http": response.Proto[5:]}
	var seen map[string]interface{}
	if json.Unmarshal(text, &seen) == nil {
		r["seen"] = seen
	} else {
		r["text"] = string(text)
	}
	return r, response
}

func stream() {
	request, _ := http.NewRequest("GET", "https://"+plan.Host+"/v1/stream/"+plan.Id, nil)
	request.Header.Set("Authorization", plan.Token)
	events := []string{}
	r := result{}
	if response, err := client.Do(request); err != nil {
		r["text"] = err.Error()
	} else {
		defer response.Body.Close()
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			if event := strings.TrimPrefix(lines.Text(), "data: "); event != lines.Text() {
				if events = append(events, event); len(events) < 3 {
					ask("GET", "/v1/next/"+plan.Id, "", "Authorization", plan.Token)
				}
			}
		}
	}
	r["events"] = events
	tell("stream", r)
}

func open(pool *x509.CertPool) (*websocket.Conn, int, error) {
	dialer := websocket.Dialer{TLSClientConfig: &tls.Config{RootCAs: pool}, HandshakeTimeout: 10 * time.Second}
	connection, response, err := dialer.Dial("wss://"+plan.Host+"/", http.Header{
		"Authorization": {plan.Basic}, "Origin": {"https://" + plan.Host}})
	status := 0
	if response != nil {
		status = response.StatusCode
	}
	if err == nil {
		connection.SetReadDeadline(time.Now().Add(10 * time.Second))
	}
	return connection, status, err
}

// code is that of the close frame that ends the connection.
func code(connection *websocket.Conn) interface{} {
	for {
		if _, _, err := connection.ReadMessage(); err != nil {
			if closed, ok := err.(*websocket.CloseError); ok {
				return closed.Code
			}
			return err.Error()
		}
	}
}

func conversation(pool *x509.CertPool) result {
	r := result{}
	connection, status, err := open(pool)
	r["status"] = status
	if err == nil {
		var text []byte
		if _, text, err = connection.ReadMessage(); err == nil {
			var seen map[string]interface{}
			json.Unmarshal(text, &seen)
			r["seen"] = seen
			connection.WriteMessage(websocket.TextMessage, []byte("otters"))
			_, text, _ = connection.ReadMessage()
			r["echo"] = string(text)
			connection.WriteMessage(websocket.BinaryMessage, make([]byte, plan.Big))
			_, text, _ = connection.ReadMessage()
			r["bigEcho"] = len(text)
			connection.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4001, ""))
			r["ownClose"] = code(connection)
			if connection, _, err = open(pool); err == nil {
				connection.WriteMessage(websocket.TextMessage, []byte("bye 1000"))
				r["closed"] = code(connection)
			}
		}
	}
	if err != nil {
		r["text"] = err.Error()
	}
	return r
}

// drain asks while Seawall ends, and until it is back.
func drain() {
	before, _ := ask("GET", "/", "", "Authorization", plan.Basic)
	slow, _ := ask("GET", "/v1/slow/"+plan.Id, "", "Authorization", plan.Token)
	seen, _ := slow["seen"].(map[string]interface{})
	next, _ := ask("GET", "/", "", "Authorization", plan.Basic)
	back := next
	for i := 0; i < 60 && (i == 0 || back["status"] != 200); i++ {
		time.Sleep(200 * time.Millisecond)
		back, _ = ask("GET", "/", "", "Authorization", plan.Basic)
	}
	json.NewEncoder(os.Stdout).Encode(result{"before": before["status"], "slow": slow["status"],
		"whole": seen["ok"] == true, "next": next["status"], "back": back["status"]})
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = json.Unmarshal(text, &plan)
	}
	pool := x509.NewCertPool()
	if pem, e := os.ReadFile(plan.Ca); e != nil || err != nil || !pool.AppendCertsFromPEM(pem) {
		os.Exit(2)
	}
	client = &http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}

	if plan.Drain {
		drain()
		return
	}
	page, response := ask("GET", "/", "", "Authorization", plan.Basic)
	cookie := strings.SplitN(response.Header.Get("Set-Cookie"), ";", 2)[0]
	again, _ := ask("GET", "/", "", "Cookie", cookie, "Authorization", "Bearer of-a-device")
	page["session"] = again["status"]
	tell("page", page)
	api, _ := ask("POST", "/v1/chat/completions", `{"model":"x"}`, "Authorization", plan.Token)
	tell("api", api)
	stream()
	tell("websocket", conversation(pool))
	hook, _ := ask("POST", "/hooks/agent", `{"message":"x"}`, "Authorization", plan.HooksToken)
	tell("hook", hook)
	healthz, _ := ask("GET", "/healthz", "")
	readyz, _ := ask("GET", "/readyz", "")
	tell("health", result{"healthz": healthz["status"], "readyz": readyz["status"]})
}
