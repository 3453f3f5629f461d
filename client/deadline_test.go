package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"credwiz/client"
)

func TestCancellingEndsAHeldRequestAtOnce(t *testing.T) {
	t.Attr("fault", "N4")
	for _, begun := range []bool{false, true} {
		t.Run(fmt.Sprintf("answer begun %t", begun), func(t *testing.T) {
			arrived, gone := make(chan struct{}), make(chan struct{})
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // or net/http would not see the caller go
				if begun {
					_, _ = io.WriteString(w, `{"id":`)
					_ = http.NewResponseController(w).Flush()
				}
				close(arrived)
				<-r.Context().Done()
				close(gone)
			})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan error, 1)
			go func() { ended <- createApplication(ctx, c) }()
			<-arrived
			cancel()
			select {
			case err := <-ended:
				if !errors.Is(err, context.Canceled) || !client.MayHaveHappened(err) {
					t.Errorf("got %v", err)
				}
			case <-time.After(5 * time.Second): // the client's own deadlines are 10 and 15 seconds
				t.Fatal("the request goes on")
			}
			<-gone
		})
	}
}

// pipes is a listener on which connections are pipes: inside a bubble of synctest, whose clock jumps, no other
// connection can wait.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if conn, ok := <-p; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// piped is a client, in a bubble, of a server with a handler.
func piped(t *testing.T, handler http.HandlerFunc) *client.Client {
	t.Helper()
	listener := make(pipes)
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(listener) }()
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		listener <- far
		return near, nil
	}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		close(listener)
		_ = server.Close()
	})
	return client.New(client.Options{Host: must(client.ParseHost("http://127.0.0.1")), Transport: transport})
}

func TestNoRequestTakesLongerThanFifteenSeconds(t *testing.T) {
	t.Attr("fault", "N5")
	for name, handler := range map[string]http.HandlerFunc{
		"no answer": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		},
		"an answer that drips": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			tick := time.NewTicker(time.Second)
			defer tick.Stop()
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
				select {
				case <-tick.C:
				case <-r.Context().Done():
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := piped(t, handler)
				began := time.Now()
				err := createApplication(t.Context(), c)
				equal(t, time.Since(began), 15*time.Second, "it took")
				var timeout net.Error
				if !errors.As(err, &timeout) || !timeout.Timeout() || !client.MayHaveHappened(err) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}
