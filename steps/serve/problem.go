package serve

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"

	"credwiz/client/guard"
	"credwiz/steps/advice"
)

// problem is an error in the form of RFC 9457. Its type is about:blank, so the title is that of the status; the code
// tells problems of one status apart.
type problem struct {
	Title  string   `json:"title"`
	Status int      `json:"status"`
	Code   string   `json:"code"`
	Detail string   `json:"detail"`          // what happened, and what to do
	Users  []string `json:"users,omitempty"` // the names that exist
}

func refuse(w http.ResponseWriter, p problem) {
	p.Title = http.StatusText(p.Status)
	guard.Note(w).Reason = p.Detail
	w.Header().Set("Content-Type", "application/problem+json")
	reply(w, p.Status, p)
}

// refuseFor explains an error of the API or of the folder.
func refuseFor(w http.ResponseWriter, err error) {
	a := advice.For(err)
	p := problem{Status: http.StatusInternalServerError, Code: "failed", Detail: a.What + " " + a.Do}
	if a.Kind == advice.Remote || a.Kind == advice.Refused {
		p.Status, p.Code = http.StatusBadGateway, "api"
	}
	refuse(w, p)
}

// guardCode names what the guard refuses.
func guardCode(status int) string {
	codes := map[int]string{
		http.StatusMisdirectedRequest: "foreign-host", http.StatusForbidden: "foreign-page", http.StatusRequestEntityTooLarge: "too-large",
	}
	return cmp.Or(codes[status], "cut-off")
}

func reply(w http.ResponseWriter, status int, body any) {
	header := w.Header()
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails only if the client has gone
}

func sentence(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}
