package serve_test

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"credwiz/client/jwt"
	"credwiz/client/sandbox"
)

// BenchmarkToken gets tokens over 8 connections, beside the bare signatures. The ratio counts.
func BenchmarkToken(b *testing.B) {
	const n, connections = 800, 8
	d := develops(b, sandbox.Config{})
	server := d.serves()
	transport := &http.Transport{MaxIdleConnsPerHost: connections}
	app := http.Client{Transport: transport}
	b.Cleanup(transport.CloseIdleConnections)
	over := func(do func()) time.Duration {
		began := time.Now()
		var workers sync.WaitGroup
		for range connections {
			workers.Go(func() {
				for range n / connections {
					do()
				}
			})
		}
		workers.Wait()
		return time.Since(began)
	}
	// The best of all rounds: what else the machine does is not counted.
	floor, tokens := time.Hour, time.Hour
	for b.Loop() {
		floor = min(floor, over(func() {
			must(jwt.Sign(pair(), jwt.Request{
				ApplicationID: d.app.ID, User: "alice", ACL: jwt.ACLClientSDK(), IssuedAt: time.Now(), Lifetime: time.Hour, ID: uuid.NewString(),
			}))
		}))
		tokens = min(tokens, over(func() {
			response := must(app.Post(server.URL()+"/token", "application/json", bytes.NewReader([]byte(alice))))
			must(io.Copy(io.Discard, response.Body))
			response.Body.Close()
			if response.StatusCode != http.StatusOK {
				panic(response.Status)
			}
		}))
	}
	b.ReportMetric(tokens.Seconds()/floor.Seconds(), "x-signing-floor")
	b.ReportMetric(n/tokens.Seconds(), "tokens/s")
	b.ReportMetric(n/floor.Seconds(), "signatures/s")
}
