package client_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/errno"
)

func half() float64 { return 0.5 }

func refusedWith(status int) error { return &client.Error{Method: "GET", Path: "/", Status: status} }

func lost(sent bool, cause error) error {
	return &client.NetworkError{Method: "GET", Path: "/", Sent: sent, Err: cause}
}

func dialing(number syscall.Errno) error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", number)}
}

func TestTemporaryFailuresAreRetriedAndCreatesOnlyWhenSafe(t *testing.T) {
	t.Attr("fault", "N3")
	t.Attr("fault", "N4")
	for name, test := range map[string]struct {
		err           error
		read, creates bool // whether it is made again
	}{
		"no error": {nil, false, false},
		"429":      {refusedWith(429), true, true},
		"500":      {refusedWith(500), true, false},
		"502":      {refusedWith(502), true, false},
		"503":      {refusedWith(503), true, false},
		"504":      {refusedWith(504), true, false},
		"501":      {refusedWith(501), false, false},
		"511":      {refusedWith(511), false, false},
		"400":      {refusedWith(400), false, false},
		"401":      {refusedWith(401), false, false},
		"403":      {refusedWith(403), false, false},
		"404":      {refusedWith(404), false, false},
		"409":      {refusedWith(409), false, false},
		"a page":   {&client.UnexpectedError{Status: 200}, false, false},
		"no login": {&client.LoginError{Code: "system:error:expired-token"}, false, false},

		"connection refused":        {lost(false, dialing(errno.Refused)), true, true},
		"reset after it was sent":   {lost(true, errno.Reset), true, false},
		"reset before":              {lost(false, errno.Reset), true, true},
		"hung up":                   {lost(true, io.EOF), true, false},
		"cut short":                 {lost(true, fmt.Errorf("the answer was cut short: %w", io.ErrUnexpectedEOF)), true, false},
		"no answer in time":         {lost(true, os.ErrDeadlineExceeded), true, false},
		"no connection in time":     {lost(false, os.ErrDeadlineExceeded), true, true},
		"the system gave up":        {lost(false, dialing(errno.TimedOut)), true, true},
		"a resolver that hiccups":   {lost(false, &net.DNSError{IsTemporary: true}), true, true},
		"a resolver that is silent": {lost(false, &net.DNSError{IsTemporary: true, IsTimeout: true}), false, false},
		"a name that is not there":  {lost(false, &net.DNSError{IsNotFound: true}), false, false},
		"no network":                {lost(false, dialing(errno.NoNetwork)), false, false},
		"no way":                    {lost(false, dialing(errno.NoRoute)), false, false},
		"an unknown certificate":    {lost(false, x509.UnknownAuthorityError{}), false, false},
		"a proxy's refusal":         {lost(false, &client.ProxyError{Status: 503}), false, false},
		"canceled":                  {lost(true, context.Canceled), false, false},
		"anything else":             {lost(false, errors.New("odd")), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			for creates, want := range map[bool]bool{false: test.read, true: test.creates} {
				if _, again := (client.Attempt{Err: test.err, Tries: 1, Creates: creates}).Next(half); again != want {
					t.Errorf("creates %t: tried again %t", creates, again)
				}
				if test.err == nil {
					continue
				}
				wrapped := fmt.Errorf("application: %w", test.err)
				if _, again := (client.Attempt{Err: wrapped, Tries: 1, Creates: creates}).Next(half); again != want {
					t.Errorf("wrapped, creates %t: tried again %t", creates, again)
				}
			}
		})
	}
}

func TestTheWaitBeforeAnotherTry(t *testing.T) {
	t.Attr("fault", "N3")
	const second = time.Second
	asking := func(wait time.Duration) error { return &client.Error{Status: 429, RetryAfter: wait} }
	almostOne := func() float64 { return 0.999999 }
	nothing := func() float64 { return 0 }
	for name, test := range map[string]struct {
		err     error
		tries   int
		elapsed time.Duration
		random  func() float64
		want    time.Duration
		again   bool
	}{
		"after the first try":           {refusedWith(500), 1, 0, half, 250 * time.Millisecond, true},
		"after the second":              {refusedWith(500), 2, 0, half, 500 * time.Millisecond, true},
		"after the third":               {refusedWith(500), 3, 0, half, second, true},
		"after the fourth":              {refusedWith(500), 4, 0, half, 0, false},
		"by chance not at all":          {refusedWith(500), 3, 0, nothing, 0, true},
		"by chance the longest":         {refusedWith(500), 3, 0, almostOne, 1999998 * time.Microsecond, true},
		"as the API asks":               {asking(7 * second), 1, 0, half, 7 * second, true},
		"as the API asks, the longest":  {asking(60 * second), 1, 0, half, 60 * second, true},
		"longer than anybody waits":     {asking(61 * second), 1, 0, half, 61 * second, false},
		"within the time for all tries": {refusedWith(500), 3, 28 * second, half, second, true},
		"past it by the wait":           {refusedWith(500), 3, 29 * second, half, second, false},
		"past it":                       {asking(second), 1, 30 * second, half, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, again := client.Attempt{Err: test.err, Tries: test.tries, Elapsed: test.elapsed}.Next(test.random)
			if again != test.again || again && got != test.want {
				t.Errorf("got %v, %t; want %v, %t", got, again, test.want, test.again)
			}
		})
	}
}

func TestOneOfManyRequestsIsTriedMoreOften(t *testing.T) {
	for tries, want := range map[int]bool{4: true, 9: true, 10: false} {
		failed := client.Attempt{Err: refusedWith(429), Tries: tries, Elapsed: time.Hour, Patient: true}
		wait, again := failed.Next(half)
		if again != want || again && wait != time.Second {
			t.Errorf("after %d tries: got %v, %t", tries, wait, again)
		}
	}
}

func TestRetryAfterIsReadInSecondsAndAsADate(t *testing.T) {
	t.Attr("fault", "N3")
	// Our clock is an hour behind the API's, which must not matter where the API sends its own.
	ours := time.Date(2026, 3, 4, 12, 0, 0, 250e6, time.UTC)
	theirs := ours.Truncate(time.Second).Add(time.Hour)
	at := func(d time.Duration) string { return theirs.Add(d).Format(http.TimeFormat) }
	for text, test := range map[string]struct {
		date string
		want time.Duration
	}{
		"":                              {at(0), 0},
		"0":                             {at(0), 0},
		"2":                             {at(0), 2 * time.Second},
		"300":                           {"", 5 * time.Minute},
		"-2":                            {at(0), 0},
		"1.5":                           {at(0), 0},
		"soon":                          {at(0), 0},
		"18446744073709551615":          {at(0), 365 * 24 * time.Hour},
		"99999999999999999999":          {at(0), 0},
		at(90 * time.Second):            {at(0), 90 * time.Second},
		"Fri, 31 Dec 9999 23:59:59 GMT": {at(0), 365 * 24 * time.Hour},
		at(-time.Second):                {at(0), 0},
		at(5 - time.Hour):               {"", 0},
		at(9*time.Second - 3600e9):      {"", 9 * time.Second}, // 8.75 of ours
	} {
		t.Run(text, func(t *testing.T) {
			host := serveURL(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Date"] = nil
				if test.date != "" {
					w.Header().Set("Date", test.date)
				}
				w.Header().Set("Retry-After", text)
				w.WriteHeader(http.StatusTooManyRequests)
			})
			u := must(client.ParseHost(host))
			err := createApplication(t.Context(), client.New(client.Options{Host: u, Now: func() time.Time { return ours }}))
			equal(t, client.RetryAfter(err), test.want, "the wait")
		})
	}
	equal(t, client.RetryAfter(errors.New("disk full")), 0, "the wait that the API did not ask for")
}

// The numbers come from the system itself here, so this holds on Windows as well.
func TestTheSystemsOwnNumbersAreKnown(t *testing.T) {
	t.Attr("fault", "field-C16")
	reset := serveURL(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_ = conn.(*net.TCPConn).SetLinger(0) // closing sends a reset
		_ = conn.Close()
	})
	for name, test := range map[string]struct {
		url          string
		number       error
		read, create bool // whether it is sent again
	}{
		"refused": {refusedURL, errno.Refused, true, true},
		"reset":   {reset, errno.Reset, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := createApplication(t.Context(), at(t, test.url))
			var network *client.NetworkError
			if !errors.Is(err, test.number) || !errors.As(err, &network) || network.Sent != (name == "reset") {
				t.Fatalf("got %v", err)
			}
			for creates, want := range map[bool]bool{false: test.read, true: test.create} {
				if _, again := (client.Attempt{Err: err, Tries: 1, Creates: creates}).Next(half); again != want {
					t.Errorf("creates %t: sent again %t", creates, again)
				}
			}
		})
	}
}
