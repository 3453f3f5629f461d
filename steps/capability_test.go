package steps_test

import (
	"fmt"
	"strings"
	"testing"

	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/snippet"
)

func TestAnApplicationIsCreatedWithExtraCapabilities(t *testing.T) {
	r := newRun(t)
	r.answer(answer.Capability, "Voice, messages,rtc,video,verify,voice", answer.Webhooks, "https://alice.test/hooks/")
	r.does("connect", "application")
	equal(t, "capabilities", strings.Join(r.session.Application.Capabilities, " "), "messages rtc verify video voice")
	sent := string(r.account.Applications()[0].Capabilities)
	for _, address := range []string{"answer", "event", "inbound", "status", "verify"} {
		wantAll(t, sent, "https://alice.test/hooks/"+address)
	}
	facts := fmt.Sprint(stepNamed(t, "application").Show(r.env, r.session))
	wantAll(t, facts, "Calls ask https://alice.test/hooks/answer", "Messages go to https://alice.test/hooks/inbound", "Codes report to https://alice.test/hooks/verify")
	for _, e := range r.events {
		if e.Call == postApplication && e.Wire != nil {
			wantAll(t, snippet.EquivalentOf(r.session, *e.Wire).Note, "the capability (RTC) and its event URL (https://example.com/webhooks/rtc). Also voice, answer_url https://alice.test/hooks/answer, event_url https://alice.test/hooks/event. Also messages,", "Also video. Also verify, status_url")
			return
		}
	}
	t.Error("no call made it")
}

func TestPlaceholderWebhooksAreMarked(t *testing.T) {
	r := newRun(t)
	r.answer(answer.Capability, "voice")
	r.does("connect", "application")
	wantAll(t, fmt.Sprint(stepNamed(t, "application").Show(r.env, r.session)), "Calls ask https://example.com/webhooks/answer (a placeholder)")
}

func TestAMissingCapabilityIsReportedAndNothingChanges(t *testing.T) {
	r := newRun(t).does("connect", "application")
	before := string(r.account.Applications()[0].Capabilities)
	again := r.again()
	again.answer(answer.Capability, "voice", answer.Key, answer.Yes)
	again.does("connect", "application")
	wantAll(t, again.warned(), "it has no voice; add them with")
	equal(t, "capabilities", string(r.account.Applications()[0].Capabilities), before)
}

func TestACapabilityIsCheckedForAnApplicationThatExistsToo(t *testing.T) {
	made := newRun(t).does("connect", "application")
	for name, test := range map[string]struct{ capability, webhooks, says string }{
		"one that there is not": {"phone", "https://a.test", "--capability"},
		"an address with more":  {"voice", "https://a.test/?t=1", "--webhook-url"},
		"no whole address":      {"voice", "a.test", "--webhook-url: it must be a full URL, like https://example.com/webhooks"},
	} {
		r := made.again()
		r.env.Known = map[string]answer.Known{
			answer.AppID:      {Value: made.session.Application.ID, Source: "--app-id"},
			answer.Capability: {Value: test.capability, Source: "--capability"},
			answer.Webhooks:   {Value: test.webhooks, Source: "--webhook-url"},
		}
		if err := steps.CheckKnown(r.env); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v", name, err)
		}
		r.env.Known[answer.Capability] = answer.Known{Value: "voice", Source: "--capability"}
		equal(t, "given", steps.Given(r.env)[answer.Capability], "voice")
	}
}
