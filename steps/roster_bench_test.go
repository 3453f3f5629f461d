package steps_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"runtime"
	"sync"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/sandbox"
	"credwiz/steps/workdir"
)

// BenchmarkRoster creates users and signs their tokens, next to the bare signatures on all cores. The ratio counts.
func BenchmarkRoster(b *testing.B) {
	const n = 1000
	for b.Loop() {
		server := must(sandbox.Start(sandbox.Config{APIKey: apiKey, APISecret: apiSecret}))
		r := runIn(b, new(account), b.TempDir()).with(n)
		folder := r.folder()
		r.env.Open = func(bool) (workdir.Place, error) {
			return workdir.Place{API: client.New(client.Options{Host: must(client.ParseHost(server.URL())), Now: time.Now}), Folder: folder}, nil
		}
		r.env.Now, r.env.Wait, r.env.Printed = time.Now, nil, true
		r.does("connect", "application")
		users, tokens := timed(func() { r.does("user") }), timed(func() { r.does("token") })
		floor := timed(func() { signs(n) })
		_ = server.Close()
		b.ReportMetric((users+tokens).Seconds()/floor.Seconds(), "x-signing-floor")
		b.ReportMetric(n/users.Seconds(), "users/s")
		b.ReportMetric(n/tokens.Seconds(), "tokens/s")
		b.ReportMetric(n/floor.Seconds(), "signatures/s")
	}
}

func timed(do func()) time.Duration {
	began := time.Now()
	do()
	return time.Since(began)
}

// signs makes n signatures, on all cores.
func signs(n int) {
	block, _ := pem.Decode([]byte(pemOf(pairs[0]())))
	key := must(x509.ParsePKCS8PrivateKey(block.Bytes)).(*rsa.PrivateKey)
	sum := sha256.Sum256([]byte("what is signed"))
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for range n / runtime.GOMAXPROCS(0) {
				_, _ = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
			}
		})
	}
	workers.Wait()
}
