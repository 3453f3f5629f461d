package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// defaultWebhooks begins the placeholders in Vonage's guides: nothing arrives there.
const defaultWebhooks = "https://example.com/webhooks"

// capabilityField asks for more than rtc, which few need.
func capabilityField() answer.Field {
	return answer.Field{
		Key: answer.Capability, Flag: "--capability", Label: "Extra capabilities",
		Optional: true, Aside: true, Check: checkCapabilities, Note: capabilityNote,
		Options: []answer.Choice{
			{Value: "voice", Label: "Voice", Note: "phone calls"},
			{Value: "messages", Label: "Messages", Note: "SMS, WhatsApp and others"},
			{Value: "video", Label: "Video", Note: ""},
			{Value: "verify", Label: "Verify", Note: "codes that prove a phone number"},
		},
	}
}

func parseCapabilities(text string) ([]string, error) {
	var wanted []string
	for name := range strings.SplitSeq(text, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case name == "", name == "rtc", slices.Contains(wanted, name):
		case slices.Contains(client.Capabilities(), name):
			wanted = append(wanted, name)
		default:
			return nil, fmt.Errorf("unknown capability %q: choose from %s", redact.Printable(name), strings.Join(client.Capabilities(), ", "))
		}
	}
	return wanted, nil
}

// checkWebhooks refuses a base to which no path can be appended.
func checkWebhooks(address string) error {
	if strings.ContainsAny(address, "?#") {
		return errors.New("it can't contain ? or #, because paths are added to it")
	}
	return checkURL(address, defaultWebhooks)
}

func checkCapabilities(text string) error {
	_, err := parseCapabilities(text)
	return err
}

func capabilityNote(text string) string {
	if wanted, err := parseCapabilities(text); err != nil || len(wanted) == 0 {
		return ""
	}
	return "their webhooks are placeholders at example.com; set yours with --webhook-url"
}

func capabilities(a answer.Answers) []string {
	wanted, _ := parseCapabilities(a[answer.Capability]) // which was checked
	return wanted
}

// NoRTC is the one warning about an application without rtc. Vonage does not document what happens to its logins, so
// the sandbox accepts them, and the warning says "may".
const NoRTC = "without rtc the Client SDK may not work"

func lacking(app client.Application, a answer.Answers) []string {
	return slices.DeleteFunc(append([]string{client.RTC}, capabilities(a)...), func(name string) bool {
		return slices.Contains(app.Capabilities, name)
	})
}

func addField(missing []string) answer.Field {
	what := strings.Join(missing, ", ")
	f := answer.Field{
		Key: answer.Add, Flag: "--add-capabilities", Label: "It has no " + what, Suggestion: answer.Yes,
		Choices: []answer.Choice{{Value: answer.Yes, Label: "add " + what, Note: "nothing else changes"}, {Value: answer.No, Label: "leave it unchanged", Note: ""}},
	}
	if missing[0] == client.RTC {
		f.Choices[1].Note = NoRTC
	}
	return f
}

// adopt uses an existing application. It adds missing capabilities only if the answers say so: others may depend on
// it.
func (s Session) adopt(ctx context.Context, a answer.Answers, found client.Application, w task.Runner) (Session, error) {
	missing := lacking(found, a)
	if len(missing) > 0 && a[answer.Add] == answer.Yes {
		// The current settings, because the API replaces all of them.
		current, err := getApplication(ctx, s, found.ID, w)
		if err != nil {
			return s, err
		}
		change := client.ApplicationChange{
			Add: missing, EventURL: cmp.Or(a[answer.EventURL], defaultEventURL), Webhooks: cmp.Or(a[answer.Webhooks], defaultWebhooks),
		}
		if found, err = updateApplication(ctx, s, current, "add "+strings.Join(missing, ", "), change, w); err != nil {
			return s, err
		}
		missing = lacking(found, a)
	}
	if len(missing) > 0 {
		why := "it has no " + strings.Join(missing, ", ")
		if missing[0] == client.RTC {
			why += "; " + NoRTC
		}
		w.Warn("check its capabilities", why+"; add them with --add-capabilities")
	}
	return s.withApplication(w, found, false), nil
}
