package sandbox_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

// TestEveryDocumentedRefusalIsWordForWord compares whole bodies with those of the specifications and recordings. Each
// row names the section of the API's contract in which it is documented, 2.2 for the balance, 3.6 for applications,
// 4.7 for users and 6 for limits, and its source. The instance, which is new each time, is left out of the bodies
// here.
func TestEveryDocumentedRefusalIsWordForWord(t *testing.T) {
	server := start(t, sandbox.Config{Faults: faults(t,
		"GET /v2/applications/busy:429", "GET /v2/applications/broken:500", "DELETE /v2/applications/down:503",
		"GET /v1/users/busy:429", "PATCH /v1/users/broken:500", "GET /v1/users/down:503",
		"GET /account/down:503", "GET /beta/users/broken:500",
	)})
	app := server.application("first", ownKey())
	admin := server.admin(app)
	server.want(http.StatusCreated, "POST", "/v1/users", `{"name":"alice"}`, admin)

	expired := claims(app)
	expired["iat"], expired["exp"] = noon.Unix()-100, noon.Unix()-1
	subject := claims(app)
	subject["sub"] = "alice"

	const (
		applications = "/v2/applications"
		noToken      = `{"title":"Unauthorized.","type":"https://developer.nexmo.com/api/conversation#system:error:invalid-token","code":"system:error:invalid-token","detail":"You did not provide a valid token. Please provide a valid token."}`
		noUser       = `{"title":"Not found.","type":"https://developer.nexmo.com/api/conversation#user:error:not-found","code":"user:error:not-found","detail":"User does not exist, or you do not have access."}`
		duplicate    = `{"title":"Conflict.","type":"https://developer.nexmo.com/api/conversation#user:error:duplicate-name","code":"user:error:duplicate-name","detail":"The request failed because the user name already exists. Please provide a unique user name and try again."}`
		unauthorized = `{"type":"https://developer.nexmo.com/api-errors#unauthorized","title":"Invalid credentials supplied","detail":"You did not provide correct credentials."}`
	)
	instances := map[string]bool{}
	for _, c := range []struct {
		source       string
		method, path string
		body         string
		headers      []header
		status       int
		want         string
	}{
		{"3.6: application.v2.yml, create: 400 payload validation", "POST", applications, `{"name":"x","capabilities":{"voice":{"webhooks":{"answer_url":{"http_method":"PUT"}}}}}`, []header{owner},
			400, `{"type":"https://developer.nexmo.com/api-errors/application#payload-validation","title":"Bad Request","detail":"The request failed due to validation errors","invalid_parameters":[{"name":"capabilities.voice.webhooks.answer_url.http_method","reason":"must be one of: GET, POST"}]}`},
		{"3.6: application.v2.yml, list: 400 list validation", "GET", applications + "?page_size=101", "", []header{owner},
			400, `{"type":"https://developer.nexmo.com/api-errors/application#list-validation","title":"Bad Request","detail":"The request failed due to validation errors","invalid_parameters":[{"name":"page_size","reason":"must be between 1 and 100"}]}`},
		{"3.6: generic family, recorded for the Messages API: 400 invalid JSON", "POST", applications, `{"name":`, []header{owner},
			400, `{"type":"https://developer.nexmo.com/api-errors#invalid-json","title":"The request body did not contain valid JSON","detail":"unexpected EOF"}`},
		{"3.6: common_errors.yml, BadCredentialsError: wrong secret", "GET", applications, "", []header{func(r *http.Request) { r.SetBasicAuth(sandbox.DefaultAPIKey, "wrong") }},
			401, unauthorized},
		{"3.6: common_errors.yml, BadCredentialsError: wrong key", "GET", applications, "", []header{func(r *http.Request) { r.SetBasicAuth("wrong", sandbox.DefaultAPISecret) }},
			401, unauthorized},
		{"3.6: common_errors.yml, BadCredentialsError: no credentials", "GET", applications, "", nil,
			401, unauthorized},
		{"3.6: common_errors.yml, BadCredentialsError: a bearer token", "GET", applications, "", []header{admin},
			401, unauthorized},
		{"3.6: common_errors.yml, NotFoundError", "GET", applications + "/ABC123", "", []header{owner},
			404, `{"type":"https://developer.nexmo.com/api-errors#not-found","title":"Not Found","detail":"ID 'ABC123' does not exist, or you do not have access"}`},
		{"3.6: common_errors.yml, InvalidRequestMethod", "TRACE", applications, "", []header{owner},
			405, `{"type":"https://developer.nexmo.com/api-errors#wrong-verb","title":"Request method not allowed","detail":"Request method 'TRACE' not supported"}`},
		{"3.6: common_errors.yml, InvalidAcceptHeader", "GET", applications, "", []header{owner, with("Accept", "text/html")},
			406, `{"type":"https://developer.nexmo.com/api-errors#accept-header","title":"Invalid Accept header","detail":"Invalid Accept header provided. Must be one of the following: 'application/json'"}`},
		{"3.6: common_errors.yml, UnsupportedContentTypeHeader", "POST", applications, `{"name":"x"}`, []header{owner, with("Content-Type", "text/plain")},
			415, `{"type":"https://developer.nexmo.com/api-errors#content-type-header","title":"Unsupported Content-Type header","detail":"Unsupported Content-Type header provided. Must be one of the following: 'application/json'"}`},
		{"another site: the sandbox's own words", "GET", applications, "", []header{owner, with("Origin", "https://example.com")},
			403, `{"type":"https://developer.vonage.com/api-errors#forbidden","title":"Forbidden","detail":"The sandbox doesn't accept requests from pages on https://example.com. To let them use it, run credwiz sandbox --allow-origin https://example.com."}`},
		{"3.6: vonage-python-sdk, 500.json", "GET", applications + "/broken", "", []header{owner},
			500, `{"type":"https://developer.vonage.com/api-errors","title":"Internal Server Error"}`},
		{"2.2: account.yml, ErrorAuthenticationFailedAccountBalance", "GET", "/account/get-balance", "", nil,
			401, `{"error-code":"401","error-code-label":"authentication failed"}`},
		{"4.7: SPECv3 General400ValidationFailName", "POST", "/v1/users", `{"name":7}`, []header{admin},
			400, `{"title":"Bad request.","type":"https://developer.nexmo.com/api/conversation#http:error:validation-fail","code":"http:error:validation-fail","detail":"Input validation failure.","invalid_parameters":[{"name":"name","reason":"\"name\" must be a string"}]}`},
		{"4.7: SPECv3 General400ValidationFailPageSize", "GET", "/v1/users?page_size=ten", "", []header{admin},
			400, `{"title":"Bad request.","type":"https://developer.nexmo.com/api/conversation#http:error:validation-fail","code":"http:error:validation-fail","detail":"Input validation failure.","invalid_parameters":[{"name":"page_size","reason":"\"page_size\" must be a number"}]}`},
		{"4.7: vonage-python-sdk, invalid_content_type.json", "POST", "/v1/users", `{}`, []header{admin, with("Content-Type", "application/octet-stream")},
			400, `{"title":"Bad request.","type":"https://developer.nexmo.com/api/conversation#http:error:validation-fail","code":"http:error:validation-fail","detail":"Invalid Content-Type.","invalid_parameters":[{"name":"content-type","reason":"content-type \"application/octet-stream\" is not supported. Supported versions are [application/json]"}]}`},
		{"4.7: SPECv3 General401InvalidToken: malformed", "GET", "/v1/users", "", []header{bearer("x.y.z")},
			401, noToken},
		{"4.7: SPECv3 General401InvalidToken: missing", "GET", "/v1/users", "", nil,
			401, noToken},
		{"4.7: SPECv3 General401InvalidToken: key and secret", "GET", "/v1/users", "", []header{owner},
			401, noToken},
		{"4.7: 401 expired token, envelope inferred", "GET", "/v1/users", "", []header{bearer(sign(t, ownKey(), expired))},
			401, `{"title":"Unauthorized.","type":"https://developer.nexmo.com/api/conversation#system:error:expired-token","code":"system:error:expired-token","detail":"You provided an expired token. Please provide a valid token."}`},
		{"4.7: 403 permission, code documented and the rest inferred", "GET", "/v1/users", "", []header{bearer(sign(t, ownKey(), subject))},
			403, `{"title":"Forbidden.","type":"https://developer.nexmo.com/api/conversation#system:error:permission","code":"system:error:permission","detail":"You do not have permission to access this resource."}`},
		{"4.7: SPECv3 User404", "GET", "/v1/users/USR-00000000-0000-4000-8000-000000000000", "", []header{admin},
			404, noUser},
		{"4.7: vonage-python-sdk, list_users_404.json", "GET", "/v1/users?name=nobody", "", []header{admin},
			404, noUser},
		{"4.7: vonage-ruby-sdk, errors_test.rb: no such endpoint, envelope inferred", "GET", "/v1/users/a/b", "", []header{admin},
			404, `{"title":"Not found.","type":"https://developer.nexmo.com/api/conversation#http:error:not-found","code":"http:error:not-found","detail":"The practice sandbox stops at the login and doesn't include this part of the API."}`},
		{"4.7: SPECv3 User409DuplicateName", "POST", "/v1/users", `{"name":"alice"}`, []header{admin},
			409, duplicate},
		{"6: vonage-python-sdk, 429.json", "GET", applications + "/busy", "", []header{owner},
			429, `{"title":"Rate Limit Hit","type":"https://developer.vonage.com/api-errors#rate-limit","detail":"Please wait, then retry your request"}`},
		{"3.6: vonage-python-sdk, 500.json: on demand", "GET", applications + "/broken", "", nil,
			500, `{"type":"https://developer.vonage.com/api-errors","title":"Internal Server Error"}`},
		{"6: 503, inferred from the 500", "DELETE", applications + "/down", "", nil,
			503, `{"type":"https://developer.vonage.com/api-errors","title":"Service Unavailable"}`},
		{"4.7: vonage-python-sdk, rate_limit.json", "GET", "/v1/users/busy", "", []header{admin},
			429, `{"title":"Too Many Requests.","type":"https://developer.nexmo.com/api/conversation#http:error:too-many-request","code":"http:error:too-many-request","detail":"You have exceeded your request limit. You can try again shortly."}`},
		{"4.7: SPECv3 General500InternalError", "PATCH", "/v1/users/broken", `{}`, []header{admin},
			500, `{"title":"Internal Error.","type":"https://developer.nexmo.com/api/conversation#system:error:internal-error","code":"system:error:internal-error","detail":"Something went wrong."}`},
		{"4.7: 503, inferred from the 500", "GET", "/v1/users/down", "", nil,
			503, `{"title":"Service Unavailable.","type":"https://developer.nexmo.com/api/conversation#http:error:service-unavailable","code":"http:error:service-unavailable","detail":"The service is not available. You can try again shortly."}`},
		{"2.2: the balance's shape for a 503, inferred", "GET", "/account/down", "", nil,
			503, `{"error-code":"503","error-code-label":"service unavailable"}`},
		{"4.7: SPECv3 User404 in v0.3", "PATCH", "/v0.3/users/USR-x", `{}`, []header{admin},
			404, noUser},
		{"4.7: SPECv3 User409DuplicateName in v0.3", "POST", "/v0.3/users", `{"name":"alice"}`, []header{admin},
			409, duplicate},
		{"4.7: vonage-ruby-sdk, errors_test.rb: the older shape, no such endpoint", "GET", "/beta/users/a/b", "", []header{admin},
			404, `{"code":"http:error:not-found","description":"The practice sandbox stops at the login and doesn't include this part of the API."}`},
		{"4.7: the older shape, no such user", "GET", "/v0.1/users/USR-x", "", []header{admin},
			404, `{"code":"user:error:not-found","description":"User does not exist, or you do not have access."}`},
		{"4.7: the older shape, no user to change", "PUT", "/v0.1/users/USR-x", `{}`, []header{admin},
			404, `{"code":"user:error:not-found","description":"User does not exist, or you do not have access."}`},
		{"4.7: the older shape, no user to delete", "DELETE", "/v0.1/users/USR-x", "", []header{admin},
			404, `{"code":"user:error:not-found","description":"User does not exist, or you do not have access."}`},
		{"4.7: the older shape, name taken", "POST", "/beta/users", `{"name":"alice"}`, []header{admin},
			409, `{"code":"user:error:duplicate-name","description":"The request failed because the user name already exists. Please provide a unique user name and try again."}`},
		{"4.7: the older shape, no token", "GET", "/v0.2/users", "", nil,
			401, `{"code":"system:error:invalid-token","description":"You did not provide a valid token. Please provide a valid token."}`},
		{"4.7: the older shape, no permission", "GET", "/beta/users", "", []header{bearer(sign(t, ownKey(), subject))},
			403, `{"code":"system:error:permission","description":"You do not have permission to access this resource."}`},
		{"4.7: the older shape, wrong parameter", "GET", "/v0.2/users?page_size=0", "", []header{admin},
			400, `{"code":"http:error:validation-fail","description":"Input validation failure."}`},
		{"4.7: the older shape, invalid JSON, code inferred", "POST", "/v0.1/users", `{`, []header{admin},
			400, `{"code":"http:error:validation-fail","description":"unexpected EOF"}`},
		{"4.7: the older shape, wrong method, code inferred", "PATCH", "/v0.1/users/USR-x", `{}`, []header{admin},
			405, `{"code":"http:error:wrong-verb","description":"Request method 'PATCH' not supported"}`},
		{"4.7: the older shape, 500", "GET", "/beta/users/broken", "", nil,
			500, `{"code":"system:error:internal-error","description":"Something went wrong."}`},
	} {
		t.Run(c.source, func(t *testing.T) {
			got := server.send(c.method, c.path, c.body, c.headers...)
			equal(t, got.status, c.status, "status")
			equal(t, got.header.Get("Content-Type"), "application/json", "Content-Type")
			body := got.object(t)
			instance, has := body["instance"].(string)
			switch {
			case strings.HasPrefix(c.path, "/account"), body["description"] != nil:
				if has {
					t.Error("this shape has no instance")
				}
			case body["code"] != nil:
				wantMatch(t, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, instance)
			default:
				wantMatch(t, `^[0-9a-f]{32}$`, instance)
			}
			if has && instances[instance] {
				t.Error("another refusal has this instance")
			}
			instances[instance] = true
			delete(body, "instance")
			var want map[string]any
			if err := json.Unmarshal([]byte(c.want), &want); err != nil {
				t.Fatal(err)
			}
			equal(t, body, want, "body")
			if got.status == http.StatusUnauthorized && got.header.Get("WWW-Authenticate") == "" {
				t.Error("a 401 without WWW-Authenticate")
			}
		})
	}
}

func wantMatch(t *testing.T, pattern, got string) {
	t.Helper()
	if !regexp.MustCompile(pattern).MatchString(got) {
		t.Errorf("%q does not match %s", got, pattern)
	}
}
