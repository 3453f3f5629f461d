package inspect

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/words"
)

// longestValue is more than any claim that Vonage writes.
const longestValue = 200

func cut(text string) string {
	if utf8.RuneCountInString(text) <= longestValue {
		return text
	}
	return string([]rune(text)[:longestValue]) + "…"
}

func (i *inspector) headerFacts() []steps.Fact {
	if i.reading.Header.Err != nil {
		return nil
	}
	var facts []steps.Fact
	for _, m := range i.reading.Header.Members {
		label, value := cut(m.Name), shown(m.Value)
		switch m.Name {
		case "alg":
			label = "Algorithm"
			if value == rs256 {
				value += ", signed with an RSA key"
			}
		case "typ":
			label = "Type"
		case "kid":
			label, value = "Key ID", value+" (not required)"
		}
		facts = append(facts, steps.NewFact(redact.Printable(label), value))
	}
	return facts
}

func shown(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) != nil || string(value) == "null" {
		text = string(value)
	}
	return cut(text)
}

func (i *inspector) claimFacts() []steps.Fact {
	if i.reading.Claims.Err != nil {
		return nil
	}
	var facts []steps.Fact
	add := func(label, value string) { facts = append(facts, steps.NewFact(label, value)) }
	if value, ok := i.reading.Claims.Lookup("application_id"); ok {
		name := ""
		if i.evidence.Application.Name != "" {
			name = " (" + cut(i.evidence.Application.Name) + ")"
		}
		add("Application", shown(value)+name)
	}
	if value, ok := i.reading.Claims.Lookup("sub"); ok {
		label := "User"
		if i.product {
			label = "Subject"
		}
		add(label, shown(value)+i.whetherKnown())
	}
	i.timeFacts(add)
	if i.acl.Form != jwt.NoACL {
		add("Access", i.describeReach())
	}
	if value, ok := i.reading.Claims.Lookup("jti"); ok {
		add("Token ID", shown(value))
	}
	known := []string{"application_id", "sub", "iat", "nbf", "exp", "acl", "jti"}
	for _, m := range i.reading.Claims.Members {
		if !slices.Contains(known, m.Name) {
			facts = append(facts, steps.NewFact("Also", cut(m.Name)+": "+shown(m.Value)))
		}
	}
	return facts
}

func (i *inspector) whetherKnown() string {
	switch asked := i.evidence.User; {
	case i.user == "" || answer.IsUserID(i.user) || asked.Asked && !asked.Exists, i.evidence.Application.Asked && !i.evidence.Application.Exists:
		return "" // which is a problem
	case asked.Exists:
		return " (the user exists)"
	case i.evidence.Application.Asked:
		if _, ok := i.rightKey(); ok {
			return " (not checked: the API gave no answer)"
		}
		return " (not checked: its application's private key isn't here)"
	case i.evidence.Online:
		return " (not checked)"
	}
	return " (not checked; use --online)"
}

func (i *inspector) timeFacts(add func(label, value string)) {
	now, t := i.now(), i.times
	for _, one := range []struct {
		label, claim string
		time         time.Time
	}{{"Issued", "iat", t.issuedAt}, {"Valid from", "nbf", t.notBefore}, {"Expires", "exp", t.expiresAt}} {
		value, ok := i.reading.Claims.Lookup(one.claim)
		switch {
		case !ok:
			continue
		case one.time.IsZero():
			add(one.label, shown(value))
			continue
		}
		text := i.moment(one.time)
		switch away := one.time.Sub(now); {
		case away >= time.Second:
			text += ", in " + words.InWords(away)
		case away <= -time.Second:
			text += ", " + words.InWords(-away) + " ago"
		}
		add(one.label, text)
	}
	if !t.issuedAt.IsZero() && t.expiresAt.After(t.issuedAt) {
		add("Lifetime", words.InWords(t.expiresAt.Sub(t.issuedAt)))
	}
}

func (i *inspector) describeReach() string {
	if !i.acl.ACL.IsZero() {
		return cut(steps.DescribeACL(i.acl.ACL))
	}
	if len(i.acl.Grants) == 0 {
		return "nothing"
	}
	return cut(strings.Join(pathsOf(i.acl.Grants), " "))
}
