package sandbox

import (
	"fmt"
	"net/http"
)

// The refusals that are the sandbox's own. The API has no loopback address to
// protect, and does not end at the login. Their detail says what to do, because no
// document of the API does.

// misdirected refuses a Host that the sandbox does not know.
func misdirected(header string) *refusal {
	host, _ := splitHost(header)
	f := generic(http.StatusMisdirectedRequest, "#misdirected-request", "Misdirected Request",
		fmt.Sprintf("The sandbox does not answer to the host %q. If that is a name of this computer, "+
			"run credwiz sandbox --allow-host %s.", host, host))
	if checkHost(host) != nil {
		f.detail = "The Host header does not name the sandbox."
	}
	f.own = true
	return f
}

// foreignPage refuses what a page of another site sends. The status and the title
// are those of the generic 403 of vonage-python-sdk's http_client test data.
func foreignPage(origin string) *refusal {
	f := &refusal{
		status: http.StatusForbidden,
		typ:    "https://developer.vonage.com/api-errors#forbidden",
		title:  "Forbidden",
		own:    true,
	}
	allowed, err := parseOrigin(origin)
	switch {
	case err == nil:
		f.detail = fmt.Sprintf("The sandbox does not answer pages of %s. To let them use it, run credwiz sandbox --allow-origin %s.",
			allowed, allowed)
	case origin == "null":
		f.detail = "The sandbox does not answer a page that has no origin, such as a file. Serve the page from http://localhost."
	default:
		f.detail = "A web page sent this request without its origin. Send it with fetch, from a page on this computer " +
			"or one that credwiz sandbox --allow-origin names."
	}
	return f
}

// endOfSandbox refuses what comes after the login, such as conversations, legs and
// metrics. Its code is that of vonage-ruby-sdk's errors_test.rb for an endpoint
// that is not there.
func endOfSandbox() *refusal {
	f := userRefusal(http.StatusNotFound, "http:error:not-found", "Not found.",
		"The practice sandbox ends at the login: this part of the API is not in it.")
	f.own = true
	return f
}

// endOfGenericSandbox is endOfSandbox for a path outside the users API.
func endOfGenericSandbox() *refusal {
	f := generic(http.StatusNotFound, "#not-found", "Not Found", endOfSandbox().detail)
	f.own = true
	return f
}

// full is a 429 that waiting does not help against.
func full(f *refusal) *refusal {
	f.detail = fmt.Sprintf("The practice sandbox is full: it holds at most %d applications and users, with %d MB in them. "+
		"Delete some, or start it again.", objectLimit, byteLimit>>20)
	f.own = true
	return f
}
