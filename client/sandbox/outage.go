package sandbox

import (
	"net/http"
	"strconv"
	"strings"
)

// genericOutage is a 429, 500 or 503 of every API but users. The first two are
// those of vonage-python-sdk's http_client test data; the 503, which is
// documented nowhere, is inferred from the 500.
func genericOutage(status int) *refusal {
	switch status {
	case http.StatusTooManyRequests:
		return tooManyApplications()
	case http.StatusInternalServerError:
		return internalError()
	default:
		f := internalError()
		f.status, f.title = status, http.StatusText(status)
		return f
	}
}

// userOutage is a 429, 500 or 503 of the users API: the one recorded in
// vonage-python-sdk's rate_limit.json, SPECv3 General500InternalError, and for
// the 503, which is documented nowhere, one that is inferred from it.
func userOutage(status int) *refusal {
	switch status {
	case http.StatusTooManyRequests:
		return tooManyUsers()
	case http.StatusInternalServerError:
		return internalUserError()
	default:
		return userRefusal(status, "http:error:service-unavailable",
			"Service Unavailable.", "The service is not available. You can try again shortly.")
	}
}

// balanceOutage has the shape of SPEC account.yml,
// ErrorAuthenticationFailedAccountBalance; what it says is inferred.
func balanceOutage(status int) balanceRefusal {
	return balanceRefusal{Code: strconv.Itoa(status), Label: strings.ToLower(http.StatusText(status))}
}
