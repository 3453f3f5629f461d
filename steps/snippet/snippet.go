// Package snippet has the code that logs in with a token, and calls as commands of curl and Vonage's tools.
package snippet

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
)

// Snippet is login code with the session's token in it.
type Snippet struct {
	Language string // "JavaScript", as the tabs of a guide are called
	Title    string // what it is for, and what it needs
	FileName string // where it would be kept
	Code     string
	MadeUp   bool // the user and the application are examples
}

// Snippets returns the login in the languages of the Client SDK, by its guides of 2026: "Sessions", "Configure your
// Data Center", "Add the SDK to Your App" and "Transitioning to the Vonage Client SDK" on developer.vonage.com. Without
// a token there are none.
func Snippets(s steps.Session) []Snippet {
	if s.Token.JWT.IsZero() {
		return nil
	}
	return loginOf(s).snippets()
}

func (l login) snippets() []Snippet {
	return []Snippet{
		{"JavaScript", "Browser: npm install @vonage/client-sdk", "login.mjs", l.javaScript(), l.madeUp},
		{"Kotlin", "Android: implementation(\"com.vonage:client-sdk-voice:2.1.2\")", "Login.kt", l.kotlin(), l.madeUp},
		{"Swift", "iOS: the package github.com/Vonage/vonage-client-sdk-ios", "Login.swift", l.swift(), l.madeUp},
		{"React Native", "Android and iOS, through a native module that you write", "login.js", l.reactNative(), l.madeUp},
	}
}

// login is what the code of every language needs.
type login struct {
	token, user, application string
	region                   string // "EU" or "AP"; empty for the default
	host, socket             string // for another API than Vonage's own, else empty
	port                     string // of an API on this computer, else empty
	until                    string
	source                   string // without a token: the command that makes one
	practice                 bool   // the host goes with this run
	madeUp                   bool   // there is no such user
}

const defaultRegion = "US"

var dataCentre = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^api-(eu|ap)-[0-9]+\.vonage\.com$`) })

func loginOf(s steps.Session) login {
	l := login{
		token: s.Token.JWT.Reveal(), user: s.Token.Subject, application: s.Application.Name,
		until:    s.Token.ExpiresAt.UTC().Format("2006-01-02 15:04 UTC"),
		practice: s.Place.Sandbox, region: regionOf(s.User.Region),
	}
	if !s.Ends().Equal(s.Token.ExpiresAt) {
		l.until += " by Vonage's clock"
	}
	if s.Place.API != nil {
		l = l.at(s.Place.API.Host())
	}
	return l
}

// regionOf returns the region of a data center's host; empty for the default.
func regionOf(host string) string {
	if match := dataCentre().FindStringSubmatch(host); match != nil {
		return strings.ToUpper(match[1])
	}
	return ""
}

func (l login) at(host *url.URL) login {
	if host.String() == client.DefaultHost {
		return l
	}
	l.host = host.String()
	l.socket = (&url.URL{Scheme: strings.Replace(host.Scheme, "http", "ws", 1), Host: host.Host, Path: host.Path}).String()
	if client.IsLoopback(host) {
		l.port = host.Port()
	}
	return l
}

// comment is the header of the code. A line break in a name would end a comment.
func (l login) comment() string {
	text := fmt.Sprintf("// Logs in as %s in %s.", redact.Printable(l.user), redact.Printable(l.application))
	if l.source == "" {
		text += fmt.Sprintf(" The token works until %s.\n"+
			"// Anyone who has it can act as this user until then. In production, get tokens from your own server.\n", l.until)
	} else {
		text += fmt.Sprintf("\n// Replace %s with a token: run %s. In an app, ask your own backend for one.\n",
			l.token, l.source)
	}
	switch {
	case l.practice && l.source != "":
		text += "// This address went with the demo's sandbox. credwiz serve runs another one for this folder, with a page that logs in.\n"
	case l.practice:
		text += "// This address only works while credwiz runs. To keep a sandbox running: credwiz sandbox.\n"
	}
	return text
}

// addresses are those of another API than Vonage's own, as a configuration in JavaScript; else empty.
func (l login) addresses() string {
	if l.host == "" {
		return ""
	}
	return fmt.Sprintf("{ apiUrl: %s, websocketUrl: %s }", quoteJavaScript(l.host), quoteJavaScript(l.socket))
}

func (l login) javaScript() string {
	config := l.addresses()
	if config == "" && l.region != "" {
		config = fmt.Sprintf("{ region: %s }", quoteJavaScript(l.region))
	}
	return l.comment() + fmt.Sprintf(`import { VonageClient } from '@vonage/client-sdk';

const user = %s;
const token = %s;

const client = new VonageClient(%s);

client.createSession(token)
  .then((sessionId) => console.log(user + ' is logged in, session ' + sessionId))
  .catch((error) => console.error('The login failed:', error));
`, quoteJavaScript(l.user), quoteJavaScript(l.token), config)
}

func (l login) kotlin() string {
	set := ""
	if l.host != "" {
		set = fmt.Sprintf("config.apiUrl = %s\n    config.websocketUrl = %s\n    ",
			quoteKotlin(l.inEmulator(l.host)), quoteKotlin(l.inEmulator(l.socket)))
	}
	if l.port != "" {
		set = fmt.Sprintf("// %s is this computer, seen from the Android emulator. On a device, run\n"+
			"    // adb reverse tcp:%[2]s tcp:%[2]s, and use 127.0.0.1. Plain http is refused without\n"+
			"    // android:usesCleartextTraffic=\"true\" in the manifest.\n    ", emulatorHost, l.port) + set
	}
	return l.comment() + fmt.Sprintf(`// This is the client for voice calls. Vonage announced the end of chat (In-App Messaging) for April 30, 2026.
import android.content.Context
import android.util.Log
import com.vonage.android_core.VGClientConfig
import com.vonage.clientcore.core.api.ClientConfigRegion
import com.vonage.voice.api.VoiceClient

const val USER = %s
const val TOKEN = %s

fun logIn(context: Context): VoiceClient {
    val config = VGClientConfig(ClientConfigRegion.%s)
    %sval client = VoiceClient(context.applicationContext)
    client.setConfig(config)
    client.createSession(TOKEN) { error, sessionId ->
        when (error) {
            null -> Log.i("Login", USER + " is logged in, session " + sessionId)
            else -> Log.e("Login", "The login failed", error)
        }
    }
    return client
}
`, quoteKotlin(l.user), quoteKotlin(l.token), cmp.Or(l.region, defaultRegion), set)
}

// emulatorHost is this computer's loopback in the Android emulator (developer.android.com, "Set up Android Emulator
// networking").
const emulatorHost = "10.0.2.2"

func (l login) inEmulator(address string) string {
	u, err := url.Parse(address)
	if err != nil || l.port == "" {
		return address
	}
	u.Host = net.JoinHostPort(emulatorHost, l.port)
	return u.String()
}

func (l login) swift() string {
	set := ""
	if l.host != "" {
		set = fmt.Sprintf("config.apiUrl = %s\n    config.websocketUrl = %s\n    ", quoteSwift(l.host), quoteSwift(l.socket))
	}
	return l.comment() + fmt.Sprintf(`// This is the client for voice calls. Vonage announced the end of chat (In-App Messaging) for April 30, 2026.
import VonageClientSDKVoice

let user = %s
let token = %s

func logIn() -> VGVoiceClient {
    let config = VGClientConfig(region: .%s)
    %slet client = VGVoiceClient()
    client.setConfig(config)
    client.createSession(token) { error, sessionId in
        if let error {
            print("The login failed: " + error.localizedDescription)
        } else {
            print(user + " is logged in, session " + (sessionId ?? ""))
        }
    }
    return client
}
`, quoteSwift(l.user), quoteSwift(l.token), cmp.Or(l.region, defaultRegion), set)
}

// reactNative uses a native module, like Vonage's guides: there is no package for React Native.
func (l login) reactNative() string {
	where, value := "region", quoteJavaScript(cmp.Or(l.region, defaultRegion))
	if l.host != "" {
		where, value = "config", l.addresses()
	}
	return l.comment() + fmt.Sprintf(`// Vonage has no React Native package for this SDK. VonageLogin is a native module that you add: its method
// logIn(token, %s) does what the Kotlin and the Swift code do, and resolves with the session's id.
import { NativeModules } from 'react-native';

const user = %s;
const token = %s;

NativeModules.VonageLogin.logIn(token, %s)
  .then((sessionId) => console.log(user + ' is logged in, session ' + sessionId))
  .catch((error) => console.error('The login failed:', error));
`, where, quoteJavaScript(l.user), quoteJavaScript(l.token), value)
}

// quoteJavaScript writes JSON, in which </script> cannot end a page's script.
func quoteJavaScript(text string) string {
	literal, _ := json.Marshal(text) // a text always has a form in JSON
	return string(literal)
}

// quoteKotlin escapes $, which begins a template.
func quoteKotlin(text string) string {
	return quoteWith(text, `"\$`, func(r rune) string { return fmt.Sprintf(`\u%04X`, r) })
}

// quoteSwift escapes the backslash, and so \( interpolations.
func quoteSwift(text string) string {
	return quoteWith(text, `"\`, func(r rune) string { return fmt.Sprintf(`\u{%X}`, r) })
}

// quoteWith escapes special characters with a backslash and invisible ones by number. All of those but the joiner of
// emoji are below U+10000.
func quoteWith(text, special string, number func(rune) string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case strings.ContainsRune(special, r):
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r <= 0xffff && redact.Printable(string(r)) != string(r):
			b.WriteString(number(r))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
