package steps_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// BenchmarkRoster creates users and signs their tokens, beside what the machine needs for the signatures alone, on all
// cores, and for bare requests on the loopback. The ratios are what counts.
func BenchmarkRoster(b *testing.B) {
	const n = 1000
	key := pairs[0]()
	for b.Loop() {
		users, tokens := rosterTimes(b, n)
		floor, loopback := signFloor(b, key, n), loopbackFloor(b, n)
		b.ReportMetric(float64(users+tokens)/float64(floor), "x-signing-floor")
		b.ReportMetric(float64(users)/float64(loopback), "x-bare-loopback")
		b.ReportMetric(n/users.Seconds(), "users/s")
		b.ReportMetric(n/tokens.Seconds(), "tokens/s")
		b.ReportMetric(n/floor.Seconds(), "signatures/s")
		if s := opensslPerSecond(); s > 0 {
			b.ReportMetric(n/tokens.Seconds()/(s*float64(runtime.GOMAXPROCS(0))), "x-openssl")
		}
	}
}

// BenchmarkRosterFarAway has an API that takes 150 ms to answer, beside what 8 connections can do then.
func BenchmarkRosterFarAway(b *testing.B) {
	const n, latency, connections = 400, 150 * time.Millisecond, 8
	for b.Loop() {
		server := must(sandbox.Start(sandbox.Config{APIKey: apiKey, APISecret: apiSecret}))
		r := benchRun(b, server.URL(), n, func(next http.RoundTripper) http.RoundTripper { return slow{next, latency} })
		began := time.Now()
		r.step(b, "user")
		took := time.Since(began)
		_ = server.Close()
		b.ReportMetric(took.Seconds()/(n*latency.Seconds()/connections), "x-8-connections")
	}
}

type slow struct {
	next    http.RoundTripper
	latency time.Duration
}

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	timer := time.NewTimer(s.latency)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	return s.next.RoundTrip(r)
}

// benchmarked is a run up to its users.
type benchmarked struct {
	env     steps.Env
	answers answer.Answers
	session steps.Session
}

func benchRun(b *testing.B, address string, n int, wrap func(http.RoundTripper) http.RoundTripper) *benchmarked {
	b.Helper()
	folder := must(workdir.Open(b.TempDir()))
	b.Cleanup(func() { _ = folder.Close() })
	host := must(client.ParseHost(address))
	var transport http.RoundTripper
	if wrap != nil {
		transport = wrap(&http.Transport{MaxIdleConnsPerHost: 16})
	}
	var ids atomic.Int64
	r := &benchmarked{
		env: steps.Env{
			Open: func(bool) (workdir.Place, error) {
				return workdir.Place{API: client.New(client.Options{Host: host, Transport: transport, Now: time.Now}), Folder: folder}, nil
			},
			Now: time.Now, NewID: func() string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", ids.Add(1)) },
			Keys: steps.NewKeySource(func() (*jwt.Key, error) { return pairs[0](), nil }), NoLogin: true, Printed: true,
		},
		answers: answer.Answers{
			answer.Account: answer.AccountVonage, answer.APIKey: apiKey, answer.APISecret: apiSecret,
			answer.AppName: "Bench", answer.KeyFile: "private.key", answer.Expires: "1h", answer.ACL: "client-sdk",
		},
	}
	for i := range n {
		r.env.Roster = append(r.env.Roster, client.NewUser{Name: fmt.Sprintf("user%d", i)})
	}
	r.step(b, "connect")
	r.step(b, "application")
	return r
}

func (r *benchmarked) step(b *testing.B, id string) {
	b.Helper()
	for _, step := range steps.Script() {
		if step.ID != id {
			continue
		}
		session := must(step.Run(b.Context(), r.env, r.session, r.answers, func(task.Event) {}))
		r.session = session
	}
}

func rosterTimes(b *testing.B, n int) (users, tokens time.Duration) {
	b.Helper()
	server := must(sandbox.Start(sandbox.Config{APIKey: apiKey, APISecret: apiSecret}))
	defer func() { _ = server.Close() }()
	r := benchRun(b, server.URL(), n, nil)
	began := time.Now()
	r.step(b, "user")
	users = time.Since(began)
	began = time.Now()
	r.step(b, "token")
	return users, time.Since(began)
}

// signFloor is how long so many bare signatures take, on all cores.
func signFloor(b *testing.B, key *jwt.Key, n int) time.Duration {
	b.Helper()
	block, _ := pem.Decode([]byte(pemOf(key)))
	parsed := must(x509.ParsePKCS8PrivateKey(block.Bytes))
	sum := sha256.Sum256([]byte("what is signed"))
	began := time.Now()
	onAllCores(n, func() {
		_, _ = rsa.SignPKCS1v15(rand.Reader, parsed.(*rsa.PrivateKey), crypto.SHA256, sum[:])
	})
	return time.Since(began)
}

// loopbackFloor is how long so many requests take that nothing is done for, eight at a time.
func loopbackFloor(b *testing.B, n int) time.Duration {
	b.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	defer server.Close()
	transport := &http.Transport{MaxIdleConnsPerHost: 8}
	defer transport.CloseIdleConnections()
	var next atomic.Int64
	var workers sync.WaitGroup
	began := time.Now()
	for range 8 {
		workers.Go(func() {
			for next.Add(1) <= int64(n) {
				request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, server.URL, strings.NewReader("{}"))
				if err != nil {
					b.Error(err)
					return
				}
				response, err := transport.RoundTrip(request)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
		})
	}
	workers.Wait()
	return time.Since(began)
}

func onAllCores(n int, do func()) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for next.Add(1) <= int64(n) {
				do()
			}
		})
	}
	workers.Wait()
}

var opensslRate = regexp.MustCompile(`rsa 2048 bits\s+\S+\s+\S+\s+([0-9.]+)`)

// opensslPerSecond is what openssl signs on one core; 0 if it is not there.
func opensslPerSecond() float64 {
	out, err := exec.Command("openssl", "speed", "-seconds", "1", "rsa2048").Output()
	if err != nil {
		return 0
	}
	match := opensslRate.FindSubmatch(out)
	if match == nil {
		return 0
	}
	rate, _ := strconv.ParseFloat(string(match[1]), 64)
	return rate
}
