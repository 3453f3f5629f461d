package client_test

import (
	"net/url"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
)

func TestParseHostTakesHTTPSAndLoopback(t *testing.T) {
	t.Attr("fault", "N11")
	for text, want := range map[string]string{
		"https://api.nexmo.com":             "https://api.nexmo.com",
		"https://api.nexmo.com/":            "https://api.nexmo.com",
		"https://api.nexmo.com///":          "https://api.nexmo.com",
		"https://api.nexmo.com:8443":        "https://api.nexmo.com:8443",
		"https://gateway.example/vonage":    "https://gateway.example/vonage",
		"https://gateway.example/vonage/":   "https://gateway.example/vonage",
		"https://gateway.example/a%20b":     "https://gateway.example/a%20b",
		"HTTPS://api.nexmo.com":             "https://api.nexmo.com",
		"http://127.0.0.1:40217":            "http://127.0.0.1:40217",
		"http://127.255.255.254":            "http://127.255.255.254",
		"http://[::1]:40217/":               "http://[::1]:40217",
		"http://[::1]":                      "http://[::1]",
		"http://[::ffff:127.0.0.1]":         "http://[::ffff:127.0.0.1]",
		"http://localhost:8080/v":           "http://localhost:8080/v",
		"https://localhost":                 "https://localhost",
		"https://xn--bcher-kva.example:443": "https://xn--bcher-kva.example:443",
	} {
		t.Run(text, func(t *testing.T) {
			got, err := client.ParseHost(text)
			if err != nil || got.String() != want {
				t.Errorf("got %v, %v; want %s", got, err, want)
			}
		})
	}
}

func TestParseHostRefusesWhatWouldExposeTheSecret(t *testing.T) {
	t.Attr("fault", "N11")
	for text, reason := range map[string]string{
		"http://api.nexmo.com":                   "plain http",
		"http://127.0.0.1.evil.example":          "plain http",
		"http://localhost.evil.example":          "plain http",
		"http://evil.example/localhost":          "plain http",
		"http://128.0.0.1":                       "plain http",
		"http://0.0.0.0":                         "plain http",
		"http://[::2]":                           "plain http",
		"http://192.168.1.1":                     "plain http",
		"https://key:hunter2@api.nexmo.com":      "contain a username or password",
		"https://hunter2@api.nexmo.com":          "contain a username or password",
		"https://localhost@evil.example":         "contain a username or password",
		"https://api.nexmo.com?api_key=hunter2":  "it must not have a query or fragment",
		"https://api.nexmo.com/#hunter2":         "it must not have a query or fragment",
		"ftp://api.nexmo.com":                    `not "ftp"`,
		"ws://127.0.0.1":                         `not "ws"`,
		"//api.nexmo.com":                        `not ""`,
		"api.nexmo.com":                          "it must be a full URL, like https://api.nexmo.com",
		"localhost:8080":                         "it must be a full URL, like https://api.nexmo.com",
		"https:api.nexmo.com":                    "it must be a full URL, like https://api.nexmo.com",
		"https://":                               "it must be a full URL, like https://api.nexmo.com",
		"https:///v2":                            "it must be a full URL, like https://api.nexmo.com",
		"https://:443":                           "it must be a full URL, like https://api.nexmo.com",
		"":                                       "it must be a full URL, like https://api.nexmo.com",
		"https://key:hunter2@api.nexmo.com:port": "invalid port",
		"https://api.nexmo.com:port":             "invalid port",
		"https://api nexmo.com":                  "invalid character",
		"https://\x1b[31m":                       "invalid control character",
		"https://%zz":                            "invalid URL escape",
	} {
		t.Run(text, func(t *testing.T) {
			got, err := client.ParseHost(text)
			if err == nil {
				t.Fatalf("it is taken as %s", got)
			}
			said := err.Error()
			if !strings.Contains(said, reason) {
				t.Errorf("said %q, without %q", said, reason)
			}
			if strings.Contains(said, "hunter2") || said != redact.Printable(said) {
				t.Errorf("said %q", said)
			}
		})
	}
}

func TestLoopbackIsThisMachineOnly(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": true, "127.1.2.3:80": true, "[::1]:80": true, "localhost": true, "localhost:1": true,
		"api.nexmo.com": false, "10.0.0.1": false, "[fe80::1]": false, "local": false, "": false,
	} {
		equal(t, client.IsLoopback(&url.URL{Host: host}), want, "%s", host)
	}
}

func TestVonageHostsAreInItsDomains(t *testing.T) {
	t.Attr("fault", "N11")
	for host, want := range map[string]bool{
		"api.nexmo.com": true, "API.Nexmo.COM": true, "api.nexmo.com:443": true, "api.nexmo.com.": true, "nexmo.com": true,
		"api-eu-3.vonage.com": true, "vonage.com": true,
		"api.nexmo.com.evil.test": false, "evilnexmo.com": false, "nexmo.com.evil": false, "vonage.co": false,
		"api.nexmo.com..": false, "": false, "localhost": false, "xnexmo.com": false, "com": false, "nexmo\u3002com": false,
	} {
		equal(t, client.IsVonage(&url.URL{Scheme: "https", Host: host}), want, "%s", host)
	}
}
