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
		r := benchRun(b, server.URL(), n, slow{&http.Transport{MaxIdleConnsPerHost: 16}, latency})
		began := time.Now()
		r.does("user")
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

// benchRun is a run of n users up to their creation.
func benchRun(b *testing.B, address string, n int, transport http.RoundTripper) *run {
	b.Helper()
	r := runIn(b, new(account), b.TempDir())
	folder := r.folder()
	r.env.Open = func(bool) (workdir.Place, error) {
		return workdir.Place{API: client.New(client.Options{Host: must(client.ParseHost(address)), Transport: transport, Now: time.Now}), Folder: folder}, nil
	}
	r.env.Now, r.env.Wait, r.env.Printed = time.Now, nil, true
	for i := range n {
		r.env.Roster = append(r.env.Roster, client.NewUser{Name: fmt.Sprintf("user%d", i)})
	}
	return r.does("connect", "application")
}

func rosterTimes(b *testing.B, n int) (users, tokens time.Duration) {
	b.Helper()
	server := must(sandbox.Start(sandbox.Config{APIKey: apiKey, APISecret: apiSecret}))
	defer func() { _ = server.Close() }()
	r := benchRun(b, server.URL(), n, nil)
	began := time.Now()
	r.does("user")
	users = time.Since(began)
	began = time.Now()
	r.does("token")
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
				request := must(http.NewRequestWithContext(b.Context(), http.MethodPost, server.URL, strings.NewReader("{}")))
				response := must(transport.RoundTrip(request))
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
