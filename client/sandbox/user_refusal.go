package sandbox

import (
	"fmt"
	"net/http"
)

// userRefusal is a refusal of the users API.
func userRefusal(status int, code, title, detail string) *refusal {
	return &refusal{
		status: status,
		code:   code,
		typ:    "https://developer.nexmo.com/api/conversation#" + code,
		title:  title,
		detail: detail,
	}
}

// invalidUser is SPECv3 General400ValidationFailName and
// General400ValidationFailPageSize.
func invalidUser(wrong []invalid) *refusal {
	f := userRefusal(http.StatusBadRequest, "http:error:validation-fail",
		"Bad request.", "Input validation failure.")
	f.invalid = wrong
	return f
}

// invalidUserJSON is in the shape of every 400 of users in SPECv3; its detail is inferred.
func invalidUserJSON(detail string) *refusal {
	return userRefusal(http.StatusBadRequest, "http:error:validation-fail", "Bad request.", detail)
}

// invalidUserType is recorded in vonage-python-sdk, invalid_content_type.json.
func invalidUserType(sent string) *refusal {
	f := userRefusal(http.StatusBadRequest, "http:error:validation-fail",
		"Bad request.", "Invalid Content-Type.")
	f.invalid = []invalid{{
		Name:   "content-type",
		Reason: fmt.Sprintf("content-type %q is not supported. Supported versions are [application/json]", sent),
	}}
	return f
}

// invalidToken is SPECv3 General401InvalidToken. A missing token gets it too.
func invalidToken() *refusal {
	return userRefusal(http.StatusUnauthorized, "system:error:invalid-token",
		"Unauthorized.", "You did not provide a valid token. Please provide a valid token.")
}

// expiredToken has documented words; that they come in the envelope of
// SPECv3 General401InvalidToken is inferred.
func expiredToken() *refusal {
	return userRefusal(http.StatusUnauthorized, "system:error:expired-token",
		"Unauthorized.", "You provided an expired token. Please provide a valid token.")
}

// noPermission has a documented code; its status, title and detail are inferred.
func noPermission() *refusal {
	return userRefusal(http.StatusForbidden, "system:error:permission",
		"Forbidden.", "You do not have permission to access this resource.")
}

// noSuchUser is SPECv3 User404, recorded in vonage-python-sdk, user_404.json.
func noSuchUser() *refusal {
	return userRefusal(http.StatusNotFound, "user:error:not-found",
		"Not found.", "User does not exist, or you do not have access.")
}

// nameTaken is SPECv3 User409DuplicateName.
func nameTaken() *refusal {
	return userRefusal(http.StatusConflict, "user:error:duplicate-name", "Conflict.",
		"The request failed because the user name already exists. Please provide a unique user name and try again.")
}

// tooManyUsers is recorded in vonage-python-sdk, rate_limit.json.
func tooManyUsers() *refusal {
	return userRefusal(http.StatusTooManyRequests, "http:error:too-many-request", "Too Many Requests.",
		"You have exceeded your request limit. You can try again shortly.")
}

// internalUserError is SPECv3 General500InternalError.
func internalUserError() *refusal {
	return userRefusal(http.StatusInternalServerError, "system:error:internal-error",
		"Internal Error.", "Something went wrong.")
}
