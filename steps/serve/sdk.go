package serve

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"credwiz/client"
	"credwiz/steps/advice"
)

// The Client SDK that the page takes when it finds no other. The hash is that of the file in the package on npm, so a
// browser refuses anything else.
const (
	cdnSDK       = "https://cdn.jsdelivr.net/npm/@vonage/client-sdk@2.3.1/dist/vonageClientSDK.min.js"
	cdnIntegrity = "sha384-dk7z/polGwaDxv5qhIrwAwHwvdINB/nJRK2KKQ0wQvapWbFosy3Qd47T2zsnsnfd"
)

// SDK is where the page gets the Client SDK for JavaScript from: the build for a script element.
type SDK struct {
	File      string // on this computer; the backend serves it
	URL       string // elsewhere, if there is no File
	Integrity string // what a browser compares it with; may be empty
}

// String says where it comes from.
func (s SDK) String() string {
	if s.File != "" {
		return s.File
	}
	return s.URL
}

// FindSDK returns the SDK that is asked for: a file, the folder of the package, or a URL. Without one it looks in the
// node_modules of dir, and then takes the pinned version of a CDN.
func FindSDK(asked, dir string) (SDK, error) {
	switch {
	case strings.HasPrefix(asked, "http://") || strings.HasPrefix(asked, "https://"):
		return sdkAt(asked)
	case asked != "":
		if file := sdkIn(asked); file != "" {
			return SDK{File: file}, nil
		}
		info, err := os.Stat(asked)
		if err == nil && !info.Mode().IsRegular() {
			err = errors.New("not a file or a folder with dist/vonageClientSDK.min.js")
		}
		if err != nil {
			return SDK{}, &SDKError{asked, err}
		}
		return SDK{File: asked}, nil
	}
	if file := sdkIn(filepath.Join(dir, "node_modules", "@vonage", "client-sdk")); file != "" {
		return SDK{File: file}, nil
	}
	return SDK{URL: cdnSDK, Integrity: cdnIntegrity}, nil
}

func sdkAt(address string) (SDK, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return SDK{}, &SDKError{address, errors.New("not a URL")}
	case u.User != nil || u.Host == "" || u.Fragment != "" || strings.ContainsAny(address, " ;,'\""):
		return SDK{}, &SDKError{address, errors.New("a page cannot load it: use a URL like https://cdn.example.com/sdk.js")}
	case u.Scheme == "http" && !client.IsLoopback(u):
		return SDK{}, &SDKError{address, errors.New("anyone on the way could change it: use https")}
	case address == cdnSDK:
		return SDK{URL: address, Integrity: cdnIntegrity}, nil
	}
	return SDK{URL: address}, nil
}

// sdkIn returns the build in a folder of the package; empty if there is none.
func sdkIn(folder string) string {
	for _, name := range []string{"vonageClientSDK.min.js", "vonageClientSDK.js"} {
		file := filepath.Join(folder, "dist", name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file
		}
	}
	return ""
}

// SDKError is an SDK that the page cannot use.
type SDKError struct {
	SDK string
	Err error
}

func (e *SDKError) Error() string { return fmt.Sprintf("the Client SDK %q: %v", e.SDK, e.Err) }

func (e *SDKError) Unwrap() error { return e.Err }

// Advice says what to do.
func (e *SDKError) Advice() advice.Advice {
	return advice.Advice{
		What: "Can't use the Client SDK: " + strings.TrimSuffix(e.Error(), ".") + ".",
		Do:   "Install it with npm install @vonage/client-sdk in this folder, or name its file or URL with --sdk.",
		Kind: advice.Usage,
	}
}

// serveSDK answers GET /sdk.js.
func (b *Backend) serveSDK(w http.ResponseWriter, r *http.Request) {
	file, err := os.Open(b.SDK.File)
	if err == nil {
		defer func() { _ = file.Close() }()
		var info os.FileInfo
		if info, err = file.Stat(); err == nil {
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			http.ServeContent(w, r, "", info.ModTime(), file)
			return
		}
	}
	refuse(w, problem{Status: http.StatusNotFound, Code: "no-sdk", Detail: "The file of the Client SDK cannot be read any more. " +
		"Install it again, then start credwiz serve again."})
}
