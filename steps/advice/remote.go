package advice

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/words"
)

func adviseAPI(err error) (Advice, bool) {
	var unexpected *client.UnexpectedError
	if errors.As(err, &unexpected) {
		return Advice{
			What: fmt.Sprintf("What answered is not the Vonage API: %s.", redact.Printable(unexpected.Reason)),
			Do: "A network that wants a login first (hotel, train), or a proxy, may be in between: " +
				"open a page in a browser, then try again. If you gave --api-host, check it." + practise,
			Retry: true, Kind: Remote,
		}, true
	}
	var different *client.DifferentError
	if errors.As(err, &different) {
		return adviseDifferent(different), true
	}
	if errors.Is(err, client.ErrTooManyPages) {
		return Advice{
			What: "The API's list goes on for too many pages, or in a circle, and what was looked for was not in it.",
			Do:   "If your account has that many, give the one to use with --app-id. If you gave --api-host, check it.",
			Kind: Remote,
		}, true
	}
	var api *client.Error
	if !errors.As(err, &api) {
		return Advice{}, false
	}
	a := adviseStatus(api)
	if api.Instance != "" && api.Status >= 500 {
		a.Do += " Vonage's support can find this failure as " + redact.Printable(api.Instance) + "."
	}
	return a, true
}

func adviseDifferent(err *client.DifferentError) Advice {
	what := "The API answered with another " + err.What
	if err.Asked != "" {
		what += fmt.Sprintf(": “%s” instead of “%s”", redact.Printable(err.Answered), redact.Printable(err.Asked))
	}
	if err.ID != "" {
		what += ". It is " + redact.Printable(err.ID)
	}
	return Advice{
		What: what + ".",
		Do: "Look in the dashboard (dashboard.vonage.com) for what was made, and check --api-host and any proxy in between. " +
			"Then try again: credwiz looks for it first, so it is not made twice.",
		Kind: Remote, Retry: true,
	}
}

func adviseStatus(api *client.Error) Advice {
	said := api.Explanation()
	if said != "" {
		said = " It said: " + said + "."
	}
	onUsers := strings.HasPrefix(api.Path, "/v1/users")
	switch status := api.Status; {
	case status == http.StatusUnauthorized && onUsers:
		return Advice{
			What: "The API does not accept what the private key signed." + said,
			Do: "If the application is brand new, wait a few seconds and try again. If the key belongs to another " +
				"application, or this computer's clock is wrong, mend that first.",
			Retry: true, Kind: Refused,
		}
	case status == http.StatusUnauthorized:
		return Advice{
			What:  "The API does not know this key and secret." + said,
			Do:    "Copy both again from the first page of the dashboard, dashboard.vonage.com.",
			Field: answer.APISecret, Kind: Refused,
		}
	case status == http.StatusForbidden:
		return Advice{
			What: "The API knows you and does not allow this." + said,
			Do:   "Ask the owner of the account for the right to do it, or use another account's key.",
			Kind: Refused, Field: answer.APIKey,
		}
	case status == http.StatusNotFound:
		return Advice{
			What: "The API does not know what was asked for." + said,
			Do:   "Check the id, and that the key belongs to the account that has it.",
			Kind: Remote,
		}
	case status == http.StatusTooManyRequests:
		return Advice{
			What:  "The API is asked too often at the moment." + said,
			Do:    tryAgain(api.RetryAfter, "Wait a few seconds, then try again."),
			Retry: true, Kind: Remote,
		}
	case status >= http.StatusInternalServerError:
		return Advice{
			What:  fmt.Sprintf("The API failed on its side (%d %s).%s", status, http.StatusText(status), said),
			Do:    tryAgain(api.RetryAfter, "Wait a little, then try again."),
			Retry: true, Kind: Remote,
		}
	}
	return Advice{
		What:  fmt.Sprintf("The API did not accept this (%d %s).%s", api.Status, http.StatusText(api.Status), said),
		Do:    "Change the answers and try again.",
		Field: blamed(api), Kind: Remote,
	}
}

func tryAgain(after time.Duration, otherwise string) string {
	if after == 0 {
		return otherwise
	}
	return "Try again in " + words.InWords(after) + ", as it asks."
}

func blamed(api *client.Error) string {
	for _, p := range api.Invalid {
		switch {
		case p.Name == "display_name":
			return answer.DisplayName
		case p.Name == "name" && strings.HasPrefix(api.Path, "/v1/users"):
			return answer.User
		case p.Name == "name":
			return answer.AppName
		}
	}
	return ""
}

func adviseLogin(err error) (Advice, bool) {
	var refused *client.LoginError
	if !errors.As(err, &refused) {
		return Advice{}, false
	}
	a := Advice{
		What: "The token is signed, but " + redact.Printable(refused.Error()) + ".",
		Do:   "Sign another one. If that is refused too, begin again with a new application.",
		Kind: Refused, Retry: true, Field: answer.Expires,
	}
	switch code := refused.Code; {
	case strings.HasSuffix(code, "permission"):
		a.Do = "Its ACL does not let it open a session: choose what it may reach again; client-sdk is right for most."
		a.Field, a.Retry = answer.ACL, false
	case strings.HasSuffix(code, "expired-token"):
		a.Do = "The clock of this computer may be wrong: set it, then sign another token."
	case strings.HasSuffix(code, "invalid-user"), strings.HasSuffix(code, "not-found"):
		a.Do = "The user may have been deleted meanwhile: create it again, or begin again with another name."
		a.Retry = false
	case strings.HasSuffix(code, "max-open-sessions"):
		a.Do = "The user is logged in too often: close some of those sessions, then try again."
	}
	return a, true
}
