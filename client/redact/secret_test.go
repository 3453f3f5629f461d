package redact_test

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"math/big"
	"strings"
	"testing"
	"text/template"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
)

// verbs are all that fmt knows, with flags that change what it does, and some that it does not know.
var verbs = []string{"%v", "%+v", "%#v", "% v", "%s", "%q", "%+q", "%#q", "%x", "%X", "% x", "%#x", "%d", "%b", "%o", "%O",
	"%c", "%U", "%#U", "%e", "%g", "%t", "%p", "%T", "%z", "%!", "%10v", "%-10s", "%.3s", "%[1]*v"}

// printed is value in every form that a program could print or encode it in.
func printed(value any) string {
	var out bytes.Buffer
	for _, verb := range verbs {
		fmt.Fprintf(&out, verb+"\n", value)
	}
	fmt.Fprintln(&out, value)
	fmt.Fprintln(&out, fmt.Errorf("wrapped: %v %w", value, errors.New(fmt.Sprint(value))))
	log.New(&out, "", 0).Print(value)
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).With("with", value).WithGroup("group").Info(fmt.Sprint(value), "value", value)
	}
	if text, err := json.MarshalIndent(value, "", " "); err == nil {
		out.Write(text)
	}
	if text, err := xml.Marshal(value); err == nil {
		out.Write(text)
	}
	_ = gob.NewEncoder(&out).Encode(value)
	_ = template.Must(template.New("").Parse("{{.}} {{printf `%s %x` . .}}")).Execute(&out, value)
	return out.String()
}

// nested puts a value where fmt reaches it by other ways. It calls no method of what is in an unexported field, nor
// of anything while it complains of a verb.
func nested[T any](value T) map[string]any {
	type open struct{ Field T }
	type closed struct{ field T }
	type embedded struct{ Inner closed }
	type awkward struct {
		channel chan int // has no form but a pointer, so that fmt complains of most verbs
		Field   T
	}
	type recorded struct{ Value any }
	return map[string]any{
		"itself":              value,
		"pointer":             &value,
		"exported field":      open{value},
		"unexported field":    closed{value},
		"pointer to a struct": &closed{value},
		"struct in a struct":  embedded{closed{value}},
		"beside a channel":    awkward{make(chan int), value},
		"interface":           recorded{value},
		"slice":               []T{value},
		"array":               [1]T{value},
		"map":                 map[string]T{"key": value},
		"slice of structs":    []closed{{value}},
		"map of structs":      map[string]closed{"key": {value}},
		"pointer in a struct": struct{ field *T }{&value},
		"function":            func() T { return value },
	}
}

// forms of a text: unchanged, and as a program might write its bytes.
func forms(text string) []string {
	var decimal []string
	for _, b := range []byte(text) {
		decimal = append(decimal, fmt.Sprint(b))
	}
	return []string{text, hex.EncodeToString([]byte(text)), strings.ToUpper(hex.EncodeToString([]byte(text))),
		fmt.Sprintf("% x", text), base64.StdEncoding.EncodeToString([]byte(text)), strings.Join(decimal, " "), text[:6]}
}

func TestASecretHidesHoweverItIsPrinted(t *testing.T) {
	t.Attr("fault", "S4")
	const text = "canary-Zx81"
	for name, value := range nested(redact.NewSecret(text)) {
		t.Run(name, func(t *testing.T) {
			got := printed(value)
			for _, form := range forms(text) {
				if strings.Contains(got, form) {
					t.Errorf("%q is in:\n%s", form, got)
				}
			}
		})
	}
	for name, value := range map[string]any{
		"credentials":            client.Credentials{APIKey: "abcd1234", APISecret: redact.NewSecret(text)},
		"pointer to credentials": &client.Credentials{APISecret: redact.NewSecret(text)},
		"token":                  jwt.Token{JWT: redact.NewSecret(text)},
		"key of a map":           map[redact.Secret]int{redact.NewSecret(text): 1},
	} {
		if got := printed(value); strings.Contains(got, text) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// The other way around: the dots are there.
func TestASecretIsShownAsDots(t *testing.T) {
	secret := redact.NewSecret("canary-Zx81")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		equal(t, fmt.Sprintf(verb, secret), "•••", "%s", verb)
	}
	if secret.String() != "•••" || secret.GoString() != "•••" || secret.LogValue().String() != "•••" {
		t.Errorf("%s %s %s", secret.String(), secret.GoString(), secret.LogValue())
	}
	if got, err := json.Marshal(map[string]any{"secret": secret}); err != nil || string(got) != `{"secret":"•••"}` {
		t.Errorf("%s, %v", got, err)
	}
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("", "secret", secret)
	if !strings.Contains(out.String(), "secret=•••") {
		t.Error(out.String())
	}
}

func TestOnlyRevealReturnsASecret(t *testing.T) {
	t.Attr("fault", "S4")
	for _, text := range []string{"", "canary", "two\nlines", "\xff"} {
		if got := redact.NewSecret(text); got.Reveal() != text || got.IsZero() != (text == "") {
			t.Errorf("%q: %q, %t", text, got.Reveal(), got.IsZero())
		}
	}
	var zero redact.Secret
	if zero.Reveal() != "" || !zero.IsZero() || fmt.Sprint(zero) != "•••" {
		t.Errorf("the zero secret is %q", zero.Reveal())
	}
}

func TestAPrivateKeyHidesHoweverItIsPrinted(t *testing.T) {
	t.Attr("fault", "S4")
	key := privateKey(t)
	var secrets []string
	for _, part := range []*big.Int{own().D, own().Primes[0], own().Primes[1]} {
		secrets = append(secrets, part.String(), part.Text(16), strings.ToUpper(part.Text(16)))
	}
	lines := strings.Split(ownPEM(t), "\n")
	secrets = append(secrets, lines[1:len(lines)-2]...)

	values := nested(key)
	for name, value := range nested(*key) {
		values["copied, "+name] = value
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			got := printed(value)
			for _, secret := range secrets {
				if strings.Contains(got, secret) {
					t.Fatalf("%q is in:\n%s", secret, got)
				}
			}
		})
	}
	if key.String() != "•••" || key.GoString() != "•••" || fmt.Sprintf("%x", key) != "•••" {
		t.Errorf("%s %s %x", key.String(), key.GoString(), key)
	}
	var none *jwt.Key
	equal(t, fmt.Sprintf("%v %+v %s", none, none, none), "••• ••• •••", "no key")
}
