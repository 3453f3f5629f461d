package sandbox

import (
	"fmt"
	"net/http"
)

// generic is the refusal that every API but users has.
func generic(status int, fragment, title, detail string) *refusal {
	return &refusal{
		status: status,
		typ:    "https://developer.nexmo.com/api-errors" + fragment,
		title:  title,
		detail: detail,
	}
}

// badCredentials is SPEC common_errors.yml, BadCredentialsError.
func badCredentials() *refusal {
	return generic(http.StatusUnauthorized, "#unauthorized",
		"Invalid credentials supplied", "You did not provide correct credentials.")
}

// invalidPayload is the 400 of create and update in SPEC application.v2.yml.
func invalidPayload(wrong []invalid) *refusal {
	f := generic(http.StatusBadRequest, "/application#payload-validation",
		"Bad Request", "The request failed due to validation errors")
	f.invalid = wrong
	return f
}

// invalidList is the 400 of list in SPEC application.v2.yml.
func invalidList(wrong []invalid) *refusal {
	f := generic(http.StatusBadRequest, "/application#list-validation",
		"Bad Request", "The request failed due to validation errors")
	f.invalid = wrong
	return f
}

// notJSON is recorded from the Messages API, which is of the same generic
// family; that applications answer the same is inferred.
func notJSON(detail string) *refusal {
	return generic(http.StatusBadRequest, "#invalid-json",
		"The request body did not contain valid JSON", detail)
}

// noSuchApplication is SPEC common_errors.yml, NotFoundError.
func noSuchApplication(id string) *refusal {
	return generic(http.StatusNotFound, "#not-found",
		"Not Found", fmt.Sprintf("ID '%s' does not exist, or you do not have access", id))
}

// wrongVerb is SPEC common_errors.yml, InvalidRequestMethod.
func wrongVerb(method string) *refusal {
	return generic(http.StatusMethodNotAllowed, "#wrong-verb",
		"Request method not allowed", fmt.Sprintf("Request method '%s' not supported", method))
}

// unacceptable is SPEC common_errors.yml, InvalidAcceptHeader.
func unacceptable() *refusal {
	return generic(http.StatusNotAcceptable, "#accept-header", "Invalid Accept header",
		"Invalid Accept header provided. Must be one of the following: 'application/json'")
}

// unsupportedType is SPEC common_errors.yml, UnsupportedContentTypeHeader.
func unsupportedType() *refusal {
	return generic(http.StatusUnsupportedMediaType, "#content-type-header", "Unsupported Content-Type header",
		"Unsupported Content-Type header provided. Must be one of the following: 'application/json'")
}

// bodyTooLarge is documented nowhere; its words are inferred.
func bodyTooLarge() *refusal {
	return generic(http.StatusRequestEntityTooLarge, "#payload-too-large",
		"Payload Too Large", fmt.Sprintf("The request body must not be larger than %d bytes", bodyLimit))
}

// tooManyApplications is the generic 429 of vonage-python-sdk's http_client test
// data; that applications use it is inferred.
func tooManyApplications() *refusal {
	return &refusal{
		status: http.StatusTooManyRequests,
		typ:    "https://developer.vonage.com/api-errors#rate-limit",
		title:  "Rate Limit Hit",
		detail: "Please wait, then retry your request",
	}
}

// internalError is the generic 500 of vonage-python-sdk's http_client test data,
// which has no detail.
func internalError() *refusal {
	return &refusal{
		status: http.StatusInternalServerError,
		typ:    "https://developer.vonage.com/api-errors",
		title:  "Internal Server Error",
	}
}
