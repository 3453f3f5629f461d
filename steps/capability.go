package steps

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"credwiz/client"
)

// defaultWebhooks is the base of the placeholders that Vonage's own guides use: nothing arrives until it is changed.
const defaultWebhooks = "https://example.com/webhooks"

// capabilityField asks what else a new application is for. Most need nothing: enter passes over it.
func capabilityField() Field {
	return Field{
		Key: AnswerCapability, Flag: "--capability", Label: "More than rtc",
		Hint:     "optional: voice, messages, video, verify",
		Optional: true, Aside: true, Check: checkCapabilities, Note: capabilityNote,
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
			return nil, fmt.Errorf("%q is no capability: choose from %s", client.Printable(name), strings.Join(client.Capabilities(), ", "))
		}
	}
	return wanted, nil
}

// checkWebhooks refuses what no path can be put behind.
func checkWebhooks(address string) error {
	if strings.ContainsAny(address, "?#") {
		return errors.New("paths are put behind it, so it has no ? and no #")
	}
	return checkURL(address, defaultWebhooks)
}

func checkCapabilities(text string) error {
	_, err := parseCapabilities(text)
	return err
}

func capabilityNote(text string) string {
	switch wanted, err := parseCapabilities(text); {
	case err != nil || len(wanted) == 0:
		return ""
	default:
		return "their webhooks are placeholders at example.com unless --webhook-url says where"
	}
}

// capabilities are those that the answers want beside rtc.
func capabilities(a Answers) []string {
	wanted, _ := parseCapabilities(a[AnswerCapability]) // which was checked
	return wanted
}

// warnOfLacking tells of capabilities that are wanted and that an application which exists does not have. It is not
// changed unasked: others may depend on what it is.
func warnOfLacking(app client.Application, a Answers, w work) {
	lacking := slices.DeleteFunc(capabilities(a), func(name string) bool { return slices.Contains(app.Capabilities, name) })
	if len(lacking) > 0 {
		w.warn("look at its capabilities", "it has no "+strings.Join(lacking, ", ")+
			": turn that on in its settings, dashboard.vonage.com, or make a new application")
	}
}
