package sandbox

import "net/http"

// The refusals of a login. Their codes are the names of the events that are sent
// over the socket, where both generations of the SDKs know them by name and wait
// in vain after any other answer, be it a 401 or a refused connection (found by
// running @vonage/client-sdk 2.3.1 and nexmo-client 9.5.1). Which of them the
// platform sends for what is not known beyond what the names say, nor are its
// words.

// noUsersToken refuses an admin token, which has no sub to log in as.
func noUsersToken() *refusal {
	f := invalidToken()
	f.detail = "The token has no sub, so that it is no user's."
	return f
}

// noSessions refuses a token whose acl has no path of sessions.
func noSessions() *refusal {
	f := noPermission()
	f.detail = "The acl of the token does not permit sessions."
	return f
}

// noSuchSubject refuses a sub that is not the name of a user. The code
// user:error:not-found, which the users API has for it, would fit as well, but
// @vonage/client-sdk would report a timeout then; after this one it reports a
// token that is not valid (found by running 2.3.1).
func noSuchSubject() *refusal {
	return userRefusal(http.StatusNotFound, "user:error:invalid-user",
		"Not found.", "The sub of the token is not the name of a user.")
}

// tooManySessions refuses one session more than a user may have.
func tooManySessions() *refusal {
	return userRefusal(http.StatusTooManyRequests, "session:error:max-open-sessions",
		"Too Many Requests.", "The user has too many open sessions.")
}

// noSuchSession refuses to refresh a session that there is not.
func noSuchSession() *refusal {
	return userRefusal(http.StatusNotFound, "session:error:not-found",
		"Not found.", "Session does not exist, or you do not have access.")
}
