package sandbox

import (
	"fmt"
	"net/http"

	"credwiz/client/sandbox/payload"
)

// generic is a refusal of any API but users.
func generic(status int, fragment, title, detail string) *refusal {
	return &refusal{status: status, typ: "https://developer.nexmo.com/api-errors" + fragment, title: title, detail: detail}
}

// recorded is a generic refusal as in vonage-python-sdk's http_client test data.
func recorded(status int, fragment, title, detail string) *refusal {
	return &refusal{status: status, typ: "https://developer.vonage.com/api-errors" + fragment, title: title, detail: detail}
}

// userRefusal is a refusal of the users API.
func userRefusal(status int, code, title, detail string) *refusal {
	return &refusal{
		status: status, code: code, typ: "https://developer.nexmo.com/api/conversation#" + code, title: title, detail: detail,
	}
}

// The refusals of every API but users.
//
//nolint:gochecknoglobals // nothing changes a refusal
var (
	// SPEC common_errors.yml, BadCredentialsError.
	badCredentials = generic(http.StatusUnauthorized, "#unauthorized",
		"Invalid credentials supplied", "You did not provide correct credentials.")

	// The 400 of create and update in SPEC application.v2.yml.
	invalidPayload = generic(http.StatusBadRequest, "/application#payload-validation",
		"Bad Request", "The request failed due to validation errors")

	// The 400 of list in SPEC application.v2.yml.
	invalidList = generic(http.StatusBadRequest, "/application#list-validation",
		"Bad Request", "The request failed due to validation errors")

	// Recorded from the Messages API, which is of the same generic family; that
	// applications answer the same is inferred.
	notJSON = generic(http.StatusBadRequest, "#invalid-json", "The request body did not contain valid JSON", "")

	// SPEC common_errors.yml, InvalidAcceptHeader.
	unacceptable = generic(http.StatusNotAcceptable, "#accept-header", "Invalid Accept header",
		"Invalid Accept header provided. Must be one of the following: 'application/json'")

	// SPEC common_errors.yml, UnsupportedContentTypeHeader.
	unsupportedType = generic(http.StatusUnsupportedMediaType, "#content-type-header", "Unsupported Content-Type header",
		"Unsupported Content-Type header provided. Must be one of the following: 'application/json'")

	// No source documents it; its words are inferred.
	bodyTooLarge = generic(http.StatusRequestEntityTooLarge, "#payload-too-large", "Payload Too Large", "")

	// A Host that the sandbox does not know.
	misdirected = generic(http.StatusMisdirectedRequest, "#misdirected-request", "Misdirected Request", "")

	// A page of another site. The status and the title are those of the generic 403.
	foreignPage = recorded(http.StatusForbidden, "#forbidden", "Forbidden", "")

	// That applications use the generic 429 is inferred.
	tooManyApplications = recorded(http.StatusTooManyRequests, "#rate-limit", "Rate Limit Hit", "Please wait, then retry your request")

	// The generic 500 has no detail.
	internalError = recorded(http.StatusInternalServerError, "", "Internal Server Error", "")

	// Inferred from internalError; no source documents a 503.
	unavailable = recorded(http.StatusServiceUnavailable, "", "Service Unavailable", "")
)

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

// The refusals of the users API.
//
//nolint:gochecknoglobals // nothing changes a refusal
var (
	// SPECv3 General400ValidationFailName and General400ValidationFailPageSize. A
	// body that is not JSON gets it with other words, which are inferred.
	invalidUser = userRefusal(http.StatusBadRequest, "http:error:validation-fail",
		"Bad request.", "Input validation failure.")

	// SPECv3 General401InvalidToken. A missing token gets it too.
	invalidToken = userRefusal(http.StatusUnauthorized, "system:error:invalid-token",
		"Unauthorized.", "You did not provide a valid token. Please provide a valid token.")

	// The words are documented; the envelope, that of SPECv3
	// General401InvalidToken, is inferred.
	expiredToken = userRefusal(http.StatusUnauthorized, "system:error:expired-token",
		"Unauthorized.", "You provided an expired token. Please provide a valid token.")

	// The code is documented; status, title and detail are inferred.
	noPermission = userRefusal(http.StatusForbidden, "system:error:permission",
		"Forbidden.", "You do not have permission to access this resource.")

	// SPECv3 User404, recorded in vonage-python-sdk, user_404.json.
	noSuchUser = userRefusal(http.StatusNotFound, "user:error:not-found",
		"Not found.", "User does not exist, or you do not have access.")

	// SPECv3 User409DuplicateName.
	nameTaken = userRefusal(http.StatusConflict, "user:error:duplicate-name", "Conflict.",
		"The request failed because the user name already exists. Please provide a unique user name and try again.")

	// Recorded in vonage-python-sdk, rate_limit.json.
	tooManyUsers = userRefusal(http.StatusTooManyRequests, "http:error:too-many-request", "Too Many Requests.",
		"You have exceeded your request limit. You can try again shortly.")

	// SPECv3 General500InternalError.
	internalUserError = userRefusal(http.StatusInternalServerError, "system:error:internal-error",
		"Internal Error.", "Something went wrong.")

	// Inferred from tooManyUsers; no source documents a 503.
	usersUnavailable = userRefusal(http.StatusServiceUnavailable, "http:error:service-unavailable",
		"Service Unavailable.", "The service is not available. You can try again shortly.")
)

// invalidUserType is recorded in vonage-python-sdk, invalid_content_type.json.
func invalidUserType(sent string) *refusal {
	return invalidUser.saying("Invalid Content-Type.").naming([]payload.Invalid{{
		Name:   "content-type",
		Reason: fmt.Sprintf("content-type %q is not supported. Supported versions are [application/json]", sent),
	}})
}

// The refusals of a login. Their codes are the names of socket events: both
// generations of the SDKs know these names, and get no further with any other
// answer, be it a 401 or a refused connection (found by running
// @vonage/client-sdk 2.3.1 and nexmo-client 9.5.1). Which one the platform sends
// in which case is inferred from the names; the words are the sandbox's.
//
//nolint:gochecknoglobals // nothing changes a refusal
var (
	// An admin token has no sub to log in as.
	noUsersToken = invalidToken.saying("The token has no sub, so it doesn't identify a user.")

	// The acl has no path of sessions.
	noSessions = noPermission.saying("The token's acl doesn't permit sessions.")

	// The sub is no user's name. The code user:error:not-found of the users API
	// would fit as well, but @vonage/client-sdk reports a timeout after it, and
	// after this one an invalid token (found by running 2.3.1).
	noSuchSubject = userRefusal(http.StatusNotFound, "user:error:invalid-user",
		"Not found.", "The token's sub isn't the name of a user.")

	tooManySessions = userRefusal(http.StatusTooManyRequests, "session:error:max-open-sessions",
		"Too Many Requests.", "The user has too many open sessions.")

	noSuchSession = userRefusal(http.StatusNotFound, "session:error:not-found",
		"Not found.", "Session does not exist, or you do not have access.")
)

// The refusals that are the sandbox's own. The API has no loopback address to
// protect, and does not end at the login. Their detail says what to do, because no
// document of the API does.
//
//nolint:gochecknoglobals // nothing changes a refusal
var (
	// What the sandbox leaves out, such as devices and push messages. The
	// code is that of vonage-ruby-sdk's errors_test.rb for a missing endpoint.
	endOfSandbox = userRefusal(http.StatusNotFound, "http:error:not-found", "Not found.", "").
			sayingOwn("The practice sandbox ends here: it has applications, users, logins and conversations, and nothing else.")

	// endOfSandbox for a path outside the users API.
	endOfGenericSandbox = generic(http.StatusNotFound, "#not-found", "Not Found", "").sayingOwn(endOfSandbox.detail)
)

// full is a 429 that waiting does not help against.
func full(f *refusal) *refusal {
	return f.sayingOwn(fmt.Sprintf("The practice sandbox is full. It holds up to %d applications and users, %d MB in total. "+
		"Delete some, or restart it.", objectLimit, byteLimit>>20))
}

// balanceRefusal is SPEC account.yml, ErrorAuthenticationFailedAccountBalance:
// this API has an error body of its own.
type balanceRefusal struct {
	Code  string `json:"error-code"`
	Label string `json:"error-code-label"`
}
