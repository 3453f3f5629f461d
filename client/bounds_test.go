package client_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
)

const mebibyte = 1 << 20

// goodApplication is an answer that is taken, if the whole of it arrives.
const goodApplication = `{"id":"` + someID + `","name":"app"}`

func TestAnAnswerUpToOneMebibyteIsRead(t *testing.T) {
	t.Attr("fault", "N5")
	for size, want := range map[int]bool{mebibyte: true, mebibyte + 1: false} {
		body := goodApplication + strings.Repeat(" ", size-len(goodApplication))
		err := createApplication(t.Context(), serve(t, answers(201, "application/json", body)))
		var unexpected *client.UnexpectedError
		switch {
		case want && err != nil:
			t.Errorf("%d bytes: %v", size, err)
		case !want && (!errors.As(err, &unexpected) || !strings.Contains(err.Error(), "over 1 MiB")):
			t.Errorf("%d bytes: %v", size, err)
		case !want && !client.MayHaveHappened(err):
			t.Errorf("%d bytes: it cannot have happened, but was answered 201", size)
		}
	}
}

func TestAGzipBombIsNotInflated(t *testing.T) {
	t.Attr("fault", "N5")
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 64 {
		must(z.Write(bytes.Repeat([]byte(" "), mebibyte)))
	}
	noError(t, z.Close())
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Error("gzip was not asked for, so this tests nothing")
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb.Bytes())
	})
	if err := createApplication(t.Context(), c); err == nil || !strings.Contains(err.Error(), "over 1 MiB") {
		t.Errorf("%d bytes of gzip: %v", bomb.Len(), err)
	}
}

// The handler stops writing only when the client hangs up; otherwise it would go on until the client's deadline.
func TestAnEndlessAnswerIsCutOff(t *testing.T) {
	t.Attr("fault", "N5")
	for name, length := range map[string][]string{"of unknown length": nil, "of a gigabyte": {strconv.Itoa(1 << 30)}} {
		t.Run(name, func(t *testing.T) {
			written := make(chan int, 1)
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Content-Length"] = length
				var n, m int
				var err error
				for block := bytes.Repeat([]byte(" "), 32<<10); err == nil; n += m {
					m, err = w.Write(block)
				}
				written <- n
			})
			err := createApplication(t.Context(), c)
			var unexpected *client.UnexpectedError
			if !errors.As(err, &unexpected) || !strings.Contains(err.Error(), "over 1 MiB") {
				t.Errorf("got %v", err)
			}
			select {
			case n := <-written:
				if n > 64*mebibyte { // the kernel's buffers hold some
					t.Errorf("%d bytes went over the wire", n)
				}
			case <-time.After(5 * time.Second): // the client's own deadline is 15 seconds
				t.Error("the connection is still open")
			}
		})
	}
}

func TestHugeHeadersAreRefused(t *testing.T) {
	t.Attr("fault", "N5")
	for size, want := range map[int]bool{32 << 10: true, 128 << 10: false, 10 << 20: false} {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Huge", strings.Repeat("a", size))
			_, _ = io.WriteString(w, goodApplication)
		})
		err := createApplication(t.Context(), c)
		var network *client.NetworkError
		if want && err != nil || !want && !errors.As(err, &network) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

// What arrives is whole JSON each time, and more was promised: a decoder on the stream would take it.
func TestATruncatedAnswerIsAnError(t *testing.T) {
	t.Attr("fault", "N6")
	for name, cut := range map[string]http.HandlerFunc{
		"less than its length": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(len(goodApplication)+1))
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, goodApplication)
		},
		"no last chunk": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, goodApplication)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
		"half a gzip": func(w http.ResponseWriter, r *http.Request) {
			var whole bytes.Buffer
			z := gzip.NewWriter(&whole)
			_, _ = io.WriteString(z, goodApplication)
			_ = z.Close()
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write(whole.Bytes()[:whole.Len()-8]) // all but the checksum
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := createApplication(t.Context(), serve(t, cut))
			var network *client.NetworkError
			if !errors.As(err, &network) || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "cut short") {
				t.Errorf("got %v", err)
			}
			if !client.MayHaveHappened(err) {
				t.Error("it cannot have happened, but was answered 201")
			}
		})
	}
}

func TestAnswersThatLackWhatTheAPIPromisesAreRefused(t *testing.T) {
	t.Attr("fault", "N6")
	const (
		noUUID   = "no id that is a UUID"
		noUser   = "no id of the form USR- and a UUID"
		notJSON  = "not the JSON that was expected"
		hex      = "ba1a6aa38ac6487dac5cbe469e77ddb7"
		listOf   = `{"total_items":1,"_embedded":{"applications":[`
		usersOf  = `{"_links":{},"_embedded":{"users":[`
		goodUser = `{"id":"` + someUserID + `","name":"a"}`
	)
	for _, test := range []struct{ call, body, reason string }{
		{"get application", ``, "an empty answer"},
		{"get application", " \n", "an empty answer"},
		{"get application", `<html>`, "a web page"},
		{"get application", `ok`, notJSON},
		{"get application", `[]`, notJSON},
		{"get application", `{"id":1}`, notJSON},
		{"get application", goodApplication + `{}`, notJSON},
		{"get application", goodApplication[:20], notJSON},
		{"get application", `null`, noUUID},
		{"get application", `{}`, noUUID},
		{"get application", `{"id":""}`, noUUID},
		{"get application", `{"id":"../../etc/passwd"}`, noUUID},
		{"get application", `{"id":"` + hex + `"}`, noUUID},
		{"get application", `{"id":"{` + someID + `}"}`, noUUID},
		{"get application", `{"id":"urn:uuid:` + someID + `"}`, noUUID},
		{"get application", `{"id":"` + someID + `\n"}`, noUUID},
		{"get application", `{"id":"ga1a6aa3-8ac6-487d-ac5c-be469e77ddb7"}`, noUUID},
		{"get application", goodUser, noUUID},
		{"get application", `{"id":"` + someID + `","id":"` + someID + `"}`, `the answer has "id" twice`},
		{"get application", `{"id":"` + someID + `","name":"a","ID":"` + someID + `"}`, `the answer has "ID" twice`},
		{"get application", `{"id":"` + someID + `","name":"name","keys":{"public_key":"a","PUBLIC_KEY":"b"}}`, `the answer has "PUBLIC_KEY" twice`},
		{"list applications", `{"total_items":0,"_embedded":{"applications":[` + goodApplication + `,{"id":"` + someID + `","x":[],"x":{}}]}}`, `the answer has "x" twice`},
		{"create user", `{"id":"` + someUserID + `","name":"a","na\u006de":"b"}`, `the answer has "name" twice`},
		{"create application", `{"name":"app"}`, noUUID},
		{"list applications", `{}`, "not a list of applications"},
		{"list applications", `{"error":"x"}`, "not a list of applications"},
		{"list applications", goodApplication, "not a list of applications"},
		{"list applications", listOf + goodApplication + `,{"id":"x"}]}}`, "number 2 of the list: the application has " + noUUID},
		{"list users", `{}`, "not a list of users"},
		{"list users", goodUser, "not a list of users"},
		{"list users", usersOf + goodUser + `,{"id":"x","name":"b"}]}}`, "number 2 of the list: the user has " + noUser},
		{"find user", usersOf + `{"id":"x","name":"alice"}]}}`, noUser},
		{"find user", `[]`, notJSON},
		{"get user", `{}`, noUser},
		{"get user", `{"id":"` + someUserID + `"}`, "the user has no name"},
		{"get user", `{"id":"USR-` + hex + `","name":"a"}`, noUser},
		{"get user", `{"id":"USR-{` + someID + `}","name":"a"}`, noUser},
		{"get user", `{"id":"` + someID + `","name":"a"}`, noUser},
		{"get user", `{"id":"usr-` + someID + `","name":"a"}`, noUser},
		{"get user", `{"id":"USR-","name":"a"}`, noUser},
		{"get user", `{"id":"USR-g3cc6a55-aa7b-4916-8244-2fedb554afd5","name":"a"}`, noUser},
		{"create user", `{"id":"NAM-` + someID + `","name":"a"}`, noUser},
	} {
		t.Run(test.call+" "+test.body, func(t *testing.T) {
			for _, call := range calls() {
				if call.name != test.call {
					continue
				}
				err := call.make(t.Context(), serve(t, answers(200, "application/json", test.body)))
				var unexpected *client.UnexpectedError
				if !errors.As(err, &unexpected) || !strings.Contains(err.Error(), test.reason) {
					t.Fatalf("got %v", err)
				}
				if !client.MayHaveHappened(err) {
					t.Error("it cannot have happened, but was answered 200")
				}
				return
			}
			t.Fatalf("no call %s", test.call)
		})
	}
}

func TestAListWithoutItemsIsEmpty(t *testing.T) {
	c := serve(t, answers(200, "application/json", `{"total_items":0,"_links":{}}`))
	if page, err := c.ListApplications(t.Context(), canaries(), 1, 1); err != nil || len(page.Applications) != 0 {
		t.Errorf("got %+v, %v", page, err)
	}
	if page, err := c.ListUsers(t.Context(), redact.NewSecret(canaryToken), "", 1); err != nil || len(page.Users) != 0 {
		t.Errorf("got %+v, %v", page, err)
	}
}

// The same name in different objects, or as a value, is no duplicate.
func TestAnswersWithNamesThatAreAlikeAreTaken(t *testing.T) {
	t.Attr("fault", "N6")
	for _, body := range []string{
		`{"id":"` + someID + `","name":"id","keys":{"id":"name","name":["id","id","id"]},"capabilities":{"a":{},"b":{"a":{}}}}`,
		`{"id":"` + someID + `","a":[{"x":1},{"x":2},[{"x":3}]],"b":{"x":"x"}}`,
	} {
		c := serve(t, answers(200, "application/json", body))
		if _, err := c.GetApplication(t.Context(), canaries(), someID); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// The specification says 201 and recorded mocks 200.
func TestAnySuccessfulStatusIsGood(t *testing.T) {
	for _, status := range []int{200, 201, 202} {
		if err := createApplication(t.Context(), serve(t, answers(status, "application/json", goodApplication))); err != nil {
			t.Errorf("create, %d: %v", status, err)
		}
	}
}
