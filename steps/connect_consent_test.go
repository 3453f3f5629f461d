package steps_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/uuid"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// toHost makes the run's API one at another host, which no call reaches but through the transport.
func (r *run) toHost(text string, transport http.RoundTripper) {
	r.t.Helper()
	host := must(client.ParseHost(text))
	open := r.env.Open
	r.env.Open = func(practice bool) (workdir.Place, error) {
		place, err := open(practice)
		place.API = client.New(client.Options{Host: host, Transport: transport, Now: r.env.Now})
		return place, err
	}
}

// counted is a transport that answers nothing and counts.
type counted struct{ calls int }

func (c *counted) RoundTrip(*http.Request) (*http.Response, error) {
	c.calls++
	return nil, errors.New("nobody is there")
}

func TestTheSecretGoesToNoOtherHostWithoutAYes(t *testing.T) {
	t.Attr("fault", "N11")
	t.Parallel()
	for host, asked := range map[string]bool{
		"https://api.nexmo.com":               false,
		"https://api-eu.vonage.com":           false,
		"http://127.0.0.1:4010":               false,
		"https://localhost":                   false,
		"https://api.nexmo.com.evil.test":     true,
		"https://evilvonage.com":              true,
		"https://gateway.example/vonage":      true,
		"https://10.0.0.1":                    true,
		"https://xn--vnage-fqa.com/nexmo.com": true,
	} {
		t.Run(host, func(t *testing.T) {
			r := newRun(t)
			way := &counted{}
			r.toHost(host, way)
			var unknown *task.HostError
			err := r.try("connect")
			equal(t, "a yes is asked for", errors.As(err, &unknown), asked)
			if !asked {
				equal(t, "calls", way.calls, 1)
				return
			}
			equal(t, "calls", way.calls, 0)
			equal(t, "events", len(r.events), 0)
			advice1 := advice.For(err)
			equal(t, "the kind", advice1.Kind, advice.Usage)
			wantAll(t, advice1.What, unknown.Host, "Nothing was sent")
			wantAll(t, advice1.Do, "--trust-api-host")
			offer := advice1.Offers[0]
			equal(t, "the key", offer.Key, "y")
			equal(t, "the offer", offer.Label, "send them to "+unknown.Host)
			r.answer(offer.Answer, offer.Value)
			if err := r.try("connect"); errors.As(err, &unknown) {
				t.Errorf("the yes was not heard: %v", err)
			}
			equal(t, "calls after the yes", way.calls, 1)
		})
	}
}

func TestAHostThatAFileNamesNeedsAYes(t *testing.T) {
	t.Attr("fault", "N11")
	t.Parallel()
	for _, test := range []struct {
		host   string
		origin task.HostOrigin
		asked  bool
	}{
		{"https://api.nexmo.com", task.HostOrigin{File: "f"}, false},
		{"http://127.0.0.1:4010", task.HostOrigin{File: "f"}, true},
		{"http://127.0.0.1:4010", task.HostOrigin{File: "f", TokensOnly: true}, false},
		{"https://gateway.example", task.HostOrigin{File: "f", TokensOnly: true}, true},
		{"https://gateway.example", task.HostOrigin{TokensOnly: true}, true},
	} {
		err := test.origin.Check(must(client.ParseHost(test.host)), "abcd1234", nil)
		var unknown *task.HostError
		if errors.As(err, &unknown) != test.asked {
			t.Errorf("%s, %+v: %v", test.host, test.origin, err)
		}
	}
}

func TestAFlagIsAYes(t *testing.T) {
	t.Attr("fault", "N11")
	t.Attr("fault", "N12")
	t.Parallel()
	env := unattended(t, map[string]string{answer.TrustHost: answer.Yes, answer.AcceptSkew: answer.Yes})
	given := steps.Given(env)
	equal(t, "the host", given[answer.TrustHost], answer.Yes)
	equal(t, "the clock", given[answer.AcceptSkew], answer.Yes)
}

func TestAWrongClockIsReportedAndCorrected(t *testing.T) {
	t.Attr("fault", "N12")
	t.Parallel()
	for _, test := range []struct {
		name    string
		ahead   time.Duration // of the API
		told    string
		refused bool
	}{
		{"the same", 0, "", false},
		{"a little behind", 30 * time.Second, "", false},
		{"a little ahead", -30 * time.Second, "", false},
		{"behind", 31 * time.Second, "31 seconds behind the API", false},
		{"ahead", -45 * time.Second, "45 seconds ahead of the API", false},
		{"far behind", 10 * time.Minute, "10 minutes behind the API", false},
		{"far ahead", -10 * time.Minute, "10 minutes ahead of the API", false},
		{"too far behind", 10*time.Minute + time.Second, "10 minutes 1 second behind the API", true},
		{"too far ahead", -2 * time.Hour, "2 hours ahead of the API", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRun(t)
			r.account.ahead = test.ahead
			r.answer(answer.Expires, "24h")
			if test.refused {
				err := r.try("connect")
				skew := as[*steps.SkewError](t, err)
				equal(t, "the skew", skew.Skew, test.ahead)
				equal(t, "files", len(r.names()), 0)
				equal(t, "the session's key", r.session.Credentials.APIKey, "")
				advice1 := advice.For(err)
				equal(t, "the kind", advice1.Kind, advice.Usage)
				equal(t, "a clock that was set is looked at again", advice1.Retry, true)
				wantAll(t, advice1.What, "this computer is "+test.told)
				wantAll(t, advice1.Do, "Set this computer's date and time", "--accept-skew")
				equal(t, "the offer", advice1.Offers[0].Label, "continue with Vonage's time")
				r.answer(advice1.Offers[0].Answer, advice1.Offers[0].Value)
			}
			r.does("connect")
			if test.told == "" {
				equal(t, "the warning", r.warned(), "")
				wantNone(t, r.shows("connect"), "Clock")
			} else {
				wantAll(t, r.warned(), "this computer is "+test.told+". Set its clock")
				wantAll(t, r.shows("connect"), "Clock: this computer is "+test.told)
			}
			// The users API judges the admin token by its own clock.
			r.does("application", "user", "token")
			issued := noon.Add(test.ahead)
			equal(t, "issued", r.session.Token.IssuedAt, issued)
			end, says := noon.Add(24*time.Hour), "tomorrow at 12:00"
			if test.told == "" { // the clock counts as right: the end is the token's own, as later commands show it
				end = r.session.Token.ExpiresAt
				says = words.Moment(end, noon)
			}
			equal(t, "the end on this computer's clock", r.session.Ends(), end)
			equal(t, "how long it lives", r.session.Token.ExpiresAt.Sub(r.session.Token.IssuedAt), jwt.MaxLifetime)
			equal(t, "what is said", r.sum("token"), "expires "+says)
			if err := jwt.Verify(r.session.Token.JWT, r.session.Application.PublicKey,
				r.session.Application.ID, issued); err != nil {
				t.Error(err)
			}
		})
	}
}

// However the clocks differ, by parts of a second too, and however long the answer takes: when the token is issued, the
// API's clock has come to that second.
func TestATokenIsNeverIssuedInTheAPIsFuture(t *testing.T) {
	t.Attr("fault", "N12")
	if testing.Short() {
		t.Skip("SKIPPED: takes too long for -short")
	}
	t.Parallel()
	const ms = time.Millisecond
	for _, skew := range []time.Duration{0, 400 * ms, -400 * ms, -45*time.Second - 700*ms, -20*time.Second + 300*ms,
		5*time.Minute + 900*ms, -5*time.Minute + ms} {
		for _, ours := range []time.Duration{0, 300 * ms, 999 * ms} { // past the second
			// How long the answer travels, and the user thinks before the token is signed.
			for travels, thinks := range map[time.Duration]time.Duration{0: 500 * ms, ms: 0, 650 * ms: 100 * ms, 4 * time.Second: 300 * ms} {
				t.Run(fmt.Sprint(skew, ours, travels), func(t *testing.T) {
					clock := noon.Add(ours)
					r := newRun(t)
					api := sandbox.New(sandbox.Config{APIKey: apiKey, APISecret: apiSecret,
						Now: func() time.Time { return clock }, Skew: skew, NewID: uuid.NewString})
					r.env.Now = func() time.Time { return clock }
					r.toHost("http://127.0.0.1", answeredBy(api, func() { clock = clock.Add(travels) }))
					r.does("connect")
					clock = clock.Add(thinks)
					r.does("application", "user", "token")
					theirs := clock.Add(skew)
					if issued := r.session.Token.IssuedAt; issued.After(theirs) {
						t.Errorf("issued at %v, when it was %v there", issued, theirs)
					} else if late := theirs.Sub(issued); late > 3*time.Second+travels {
						t.Errorf("issued %v before its time", late)
					}
				})
			}
		}
	}
}

// answeredBy is a transport whose requests a handler answers; after tells that an answer is there.
func answeredBy(handler http.Handler, after func()) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		after()
		return answer.Result(), nil
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
