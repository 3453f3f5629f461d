package steps_test

import (
	"strings"
	"testing"

	"credwiz/steps"
)

func TestAnApplicationIsMadeCapableOfMore(t *testing.T) {
	r := newRun(t)
	r.answer(steps.AnswerCapability, "Voice, messages,rtc,video,verify,voice")
	r.answer(steps.AnswerWebhooks, "https://alice.test/hooks/")
	r.does("connect", "application")
	equal(t, "capabilities", strings.Join(r.session.Application.Value.Capabilities, " "), "messages rtc verify video voice")
	sent := string(r.account.Applications()[0].Capabilities)
	for _, address := range []string{"answer", "event", "inbound", "status", "verify"} {
		wantAll(t, sent, "https://alice.test/hooks/"+address)
	}
}

func TestACapabilityThatThereIsNotIsRefused(t *testing.T) {
	r := newRun(t).does("connect")
	if _, err := r.field("application", steps.AnswerCapability).Answer("voice, fax"); err == nil {
		t.Error("it was taken")
	}
}

func TestAnApplicationThatExistsIsToldToLackACapabilityAndIsLeftAsItIs(t *testing.T) {
	r := newRun(t).does("connect", "application")
	before := string(r.account.Applications()[0].Capabilities)
	again := r.again()
	again.answer(steps.AnswerCapability, "voice")
	again.answer(steps.AnswerKey, steps.Yes)
	again.does("connect", "application")
	wantAll(t, again.warned(), "it has no voice", "dashboard.vonage.com")
	equal(t, "capabilities", string(r.account.Applications()[0].Capabilities), before)
}
