package jwt

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/golang-jwt/jwt/v5"

	"credwiz/client/redact"
)

// Reading is what a text that should be a token says, as far as it can be read. Where Verify refuses, Read reads on, to
// report everything that is wrong with a token. Nothing in it is verified, and its texts are as they were written: show
// them with Printable.
type Reading struct {
	Shape Shape
	// Wrappings are what stood around the token, or in it, and was left out to read it.
	Wrappings []Wrapping
	Header    Part
	Claims    Part
	// SignatureBytes is the length of the signature. That of RS256 is as long as the key.
	SignatureBytes int

	text      redact.Secret // what the signature is for, as it was written
	signature redact.Secret
}

// Shape is what a text looks like as a whole.
type Shape int

// The shapes. Only the first three have a header and claims.
const (
	SignedToken    Shape = iota // three parts
	UnsignedToken               // a header and claims, and no signature
	BadSignature                // three parts, the last of which is not base64url
	EmptyText                   // nothing at all
	PastedKey                   // a private key
	PastedPublic                // a public key or a certificate
	OpenTokToken                // T1==, the tokens of OpenTok, which are no JWT
	EncryptedToken              // a JWE, five parts
	SeveralTokens               // more than one in a text
	NotAToken                   // something else
)

// Wrapping is something that belongs to the place where a token was copied from, and not to the token.
type Wrapping int

// The wrappings.
const (
	Quotes      Wrapping = iota // around it
	Bearer                      // the word before it, from a header
	Name                        // NAME= before it, from a .env
	Breaks                      // line breaks or blanks in it
	Text                        // other text around it, such as a JSON object
	OtherBase64                 // + / or = where base64url has - _ and nothing
)

// Why a part of a token cannot be read. Match with errors.Is.
var (
	ErrNotBase64 = errors.New("not base64url")
	ErrNotJSON   = errors.New("not JSON")
	ErrNotObject = errors.New("not a JSON object")
)

// Part is the header or the claims of a token.
type Part struct {
	Err     error    // why nothing of it can be read
	Members []Member // in their order; of those with one name the last, which is what most readers take
	Twice   []string // the names that are there more than once
}

// Lookup returns the value of a name. A null is no value.
func (p Part) Lookup(name string) (json.RawMessage, bool) {
	for _, m := range p.Members {
		if m.Name == name {
			return m.Value, string(m.Value) != "null"
		}
	}
	return nil, false
}

// Text returns the value of a name if it is a text.
func (p Part) Text(name string) (string, bool) {
	value, ok := p.Lookup(name)
	var text string
	if !ok || json.Unmarshal(value, &text) != nil {
		return "", false
	}
	return text, true
}

// Read reads a token, whatever is wrong with it. A pasted key is recognized and not read.
func Read(token redact.Secret) Reading {
	text := strings.TrimFunc(token.Reveal(), isBlank)
	if shape, ok := pasted(text); ok {
		return Reading{Shape: shape}
	}
	within := slices.Compact(tokenLike().FindAllString(text, -1))
	if len(within) > 1 {
		return Reading{Shape: SeveralTokens}
	}
	whole := readParts(unwrap(text))
	if len(within) == 0 || within[0] == text {
		return whole
	}
	if alone := readParts(within[0], []Wrapping{Text}); alone.form() > whole.form() {
		return alone
	}
	return whole
}

// form is how much of a token it is: nothing, its parts, or its parts with a signature of a usual length. Text after such
// a signature is no part of the token.
func (r Reading) form() int {
	switch {
	case r.Shape == EncryptedToken:
		return 1
	case r.Shape != SignedToken && r.Shape != UnsignedToken, r.Header.Err != nil:
		return 0
	case slices.Contains([]int{256, 384, 512}, r.SignatureBytes):
		return 2
	}
	return 1
}

// tokenLike is three parts, or the five of an encrypted token, of which the first begins as JSON does.
var tokenLike = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){2,4}`) })

// readParts reads a token that stands alone.
func readParts(text string, wrappings []Wrapping) Reading {
	r := Reading{Wrappings: wrappings}
	parts := strings.Split(text, ".")
	r.Header = r.part(parts[0])
	switch {
	case len(parts) == 5 && r.Header.Err == nil:
		return Reading{Shape: EncryptedToken}
	case len(parts) != 2 && len(parts) != 3:
		return Reading{Shape: NotAToken}
	}
	r.Claims = r.part(parts[1])
	if r.Header.Err != nil && r.Claims.Err != nil {
		return Reading{Shape: NotAToken}
	}
	r.text = redact.NewSecret(parts[0] + "." + parts[1])
	if len(parts) == 2 || parts[2] == "" {
		r.Shape = UnsignedToken
		return r
	}
	signature, err := r.decode(parts[2])
	if err != nil {
		r.Shape = BadSignature
		return r
	}
	r.SignatureBytes, r.signature = len(signature), redact.NewSecret(string(signature))
	return r
}

// pasted finds what is no token: nothing, or a key. The body of a key without its first and last line begins with a
// DER sequence of more than 255 bytes, MII in base64.
func pasted(text string) (Shape, bool) {
	upper := strings.ToUpper(text)
	switch {
	case text == "":
		return EmptyText, true
	case strings.Contains(upper, "PRIVATE KEY"):
		return PastedKey, true
	case strings.HasPrefix(text, "T1=="):
		return OpenTokToken, true
	case strings.Contains(upper, "-----BEGIN"), strings.HasPrefix(upper, "SSH-RSA "):
		return PastedPublic, true
	case strings.HasPrefix(text, "MII") && !strings.Contains(text, "."):
		return PastedKey, true
	}
	return 0, false
}

// namePrefix is NAME= before a value; a part of a token that ends with = is none.
var namePrefix = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:(?i:export|set)\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=\s*([^=.])`)
})

// bearerPrefix is what a header has before a token.
var bearerPrefix = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^(?:authorization\s*:\s*)?bearer[\s:]+`) })

const quotes = "\"'`“”‘’«»"

// unwrap takes away what is around a token and in it, layer by layer.
func unwrap(text string) (string, []Wrapping) {
	var found []Wrapping
	note := func(w Wrapping) {
		if !slices.Contains(found, w) {
			found = append(found, w)
		}
	}
	for {
		before := text
		if bare := strings.Trim(text, quotes); bare != text {
			note(Quotes)
			text = bare
		}
		if prefix := bearerPrefix().FindString(text); prefix != "" {
			note(Bearer)
			text = text[len(prefix):]
		}
		if at := namePrefix().FindStringSubmatchIndex(text); at != nil {
			note(Name)
			text = text[at[2]:]
		}
		if text = strings.TrimFunc(text, isBlank); text == before {
			break
		}
	}
	if whole := strings.Join(strings.FieldsFunc(text, isBlank), ""); whole != text {
		note(Breaks)
		text = whole
	}
	slices.Sort(found)
	return text, found
}

// isBlank reports whether r is something invisible that copying may put into a token.
func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// decode reads base64url, and base64 where it is that.
func (r *Reading) decode(text string) ([]byte, error) {
	proper := strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(text, "="))
	if proper != text && !slices.Contains(r.Wrappings, OtherBase64) {
		r.Wrappings = append(r.Wrappings, OtherBase64)
	}
	content, err := base64.RawURLEncoding.DecodeString(proper)
	if err != nil {
		return nil, ErrNotBase64
	}
	return content, nil
}

func (r *Reading) part(text string) Part {
	content, err := r.decode(text)
	if err != nil {
		return Part{Err: err}
	}
	return readPart(content)
}

// ErrNotCheckable is a token whose signature is missing or not that of RS256.
var ErrNotCheckable = errors.New("the signature cannot be checked")

// VerifySignature checks the signature alone against a public key in PEM. Its errors are ErrWrongKey, ErrNotCheckable,
// and those of a key that cannot be read.
func (r Reading) VerifySignature(publicPEM string) error {
	public, err := parsePublicKey(publicPEM)
	if err != nil {
		return err
	}
	algorithm, _ := r.Header.Text("alg")
	if r.Shape != SignedToken || algorithm != jwt.SigningMethodRS256.Alg() {
		return fmt.Errorf("token: %w", ErrNotCheckable)
	}
	if jwt.SigningMethodRS256.Verify(r.text.Reveal(), []byte(r.signature.Reveal()), public) != nil {
		return fmt.Errorf("token: %w", ErrWrongKey)
	}
	return nil
}
