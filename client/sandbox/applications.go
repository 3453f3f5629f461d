package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// applicationAnswer is an application as its owner sees it.
type applicationAnswer struct {
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	Keys         keysAnswer      `json:"keys"`
	Privacy      privacyAnswer   `json:"privacy"`
	Capabilities json.RawMessage `json:"capabilities"`
	Links        *selfLink       `json:"_links,omitempty"`
}

type keysAnswer struct {
	Private string `json:"private_key,omitempty"`
	Public  string `json:"public_key"`
}

type privacyAnswer struct {
	ImproveAI bool `json:"improve_ai"`
}

// listed returns an application as an item of a list, which has no links.
func (a *application) listed() applicationAnswer {
	return applicationAnswer{
		ID:           a.id,
		Name:         a.name,
		Keys:         keysAnswer{Public: a.key.pem},
		Privacy:      privacyAnswer{a.improveAI},
		Capabilities: a.capabilities,
	}
}

// shown returns an application on its own.
func (a *application) shown() applicationAnswer {
	answer := a.listed()
	answer.Links = &selfLink{link{"/v2/applications/" + a.id}}
	return answer
}

// createApplication answers POST /v2/applications. Names are not unique. The
// private key is in this answer and nowhere else; an application that brings a
// public key of its own gets none back (recorded in vonage-python-sdk,
// create_application_options.json).
func (s *Sandbox) createApplication(r *http.Request) (int, any, *refusal) {
	a, _, f := s.readApplication(r, s.cfg.NewID())
	if f != nil {
		return 0, nil, f
	}
	return s.keep(a, a.key.rsa == nil, s.store.addApplication, http.StatusCreated)
}

// keep stores an application, with a new key pair if wanted, and answers with it.
func (s *Sandbox) keep(a *application, newKeys bool, store func(*application) error, status int) (int, any, *refusal) {
	var private string
	if newKeys {
		var err error
		if private, a.key, err = newKeyPair(); err != nil {
			return 0, nil, internalError
		}
	}
	if err := store(a); errors.Is(err, errFull) {
		return 0, nil, full(tooManyApplications)
	} else if err != nil {
		return 0, nil, noSuchApplication(a.id)
	}
	answer := a.shown()
	answer.Keys.Private = private
	return status, answer, nil
}

// getApplication answers GET /v2/applications/{id}.
func (s *Sandbox) getApplication(r *http.Request) (int, any, *refusal) {
	id := r.PathValue("id")
	a, err := s.store.application(id)
	if err != nil {
		return 0, nil, noSuchApplication(id)
	}
	return http.StatusOK, a.shown(), nil
}

// replaceApplication answers PUT /v2/applications/{id}. What the body leaves out
// is gone, except the keys: without them the application keeps its pair. A public
// key in it replaces the old one, and keys without one are replaced by
// a pair that the server makes. SPEC application.v2.yml has a private_key in the
// answer for that; how it is asked for is inferred from create, where Vonage CLI 3
// sends "keys":{} for a new pair.
func (s *Sandbox) replaceApplication(r *http.Request) (int, any, *refusal) {
	id := r.PathValue("id")
	// A missing application is refused before a wrong body; which comes first is
	// not documented.
	if _, err := s.store.application(id); err != nil {
		return 0, nil, noSuchApplication(id)
	}
	a, newKeys, f := s.readApplication(r, id)
	if f != nil {
		return 0, nil, f
	}
	return s.keep(a, newKeys, s.store.replaceApplication, http.StatusOK)
}

// deleteApplication answers DELETE /v2/applications/{id}, which "cannot be
// undone" and takes the users of the application along.
func (s *Sandbox) deleteApplication(r *http.Request) (int, any, *refusal) {
	id := r.PathValue("id")
	if err := s.store.removeApplication(id); err != nil {
		return 0, nil, noSuchApplication(id)
	}
	return http.StatusNoContent, nil, nil
}

// readApplication returns the application that the body describes, without a
// key if the body has none, and whether the body asks for keys without one.
func (s *Sandbox) readApplication(r *http.Request, id string) (a *application, newKeys bool, f *refusal) {
	if !sendsJSON(r) {
		return nil, false, unsupportedType
	}
	value, f := readJSON(r)
	if f != nil {
		return nil, false, f
	}
	value = withoutNulls(value)
	if wrong := s.applicationBody.check("", value); wrong != nil {
		return nil, false, invalidPayload.naming(wrong)
	}
	body, _ := value.(map[string]any) // the check lets nothing else pass
	a = &application{
		id:           id,
		name:         text(body, "name"),
		capabilities: encoded(object(body, "capabilities")),
		improveAI:    true, // the default in SPEC application.v2.yml
	}
	if improve, ok := object(body, "privacy")["improve_ai"].(bool); ok {
		a.improveAI = improve
	}
	if pem := text(object(body, "keys"), "public_key"); pem != "" {
		// The shape has parsed it once, so it parses.
		a.key, _ = parsePublicKey(pem)
	}
	_, hasKeys := body["keys"]
	return a, hasKeys && a.key.rsa == nil, nil
}

// pageSize is how many items a page has when the request does not say. It is
// documented for users (SPECv3); for applications it is the number in the
// example, and inferred. Both allow 1 to 100.
const (
	pageSize    = 10
	maxPageSize = 100
)

// applicationList is a page of applications. Its links are relative, and next
// and prev are absent at the ends (recorded in vonage-python-sdk,
// list_applications_multiple_pages.json).
type applicationList struct {
	PageSize   int `json:"page_size"`
	Page       int `json:"page"`
	TotalItems int `json:"total_items"`
	TotalPages int `json:"total_pages"`
	Embedded   struct {
		Applications []applicationAnswer `json:"applications"`
	} `json:"_embedded"`
	Links pageLinks `json:"_links"`
}

type pageLinks struct {
	Self  link  `json:"self"`
	First link  `json:"first"`
	Last  *link `json:"last,omitempty"`
	Next  *link `json:"next,omitempty"`
	Prev  *link `json:"prev,omitempty"`
}

// listApplications answers GET /v2/applications. A page behind the last one is
// empty, which is inferred.
func (s *Sandbox) listApplications(r *http.Request) (int, any, *refusal) {
	number, size, wrong := pageAsked(r.URL.Query())
	if wrong != nil {
		return 0, nil, invalidList.naming(wrong)
	}
	page, total := s.store.pageOfApplications(number, size)
	last := pages(total, size)

	list := applicationList{PageSize: size, Page: number, TotalItems: total, TotalPages: last}
	list.Embedded.Applications = each(page, (*application).listed)
	list.Links.Self = link{pageHref(number, size)}
	list.Links.First = link{fmt.Sprintf("/v2/applications?page_size=%d", size)}
	list.Links.Last = &link{pageHref(max(last, 1), size)}
	if number < last {
		list.Links.Next = &link{pageHref(number+1, size)}
	}
	if number > 1 && last > 0 {
		list.Links.Prev = &link{pageHref(min(number-1, last), size)}
	}
	return http.StatusOK, list, nil
}

func pageHref(number, size int) string {
	return fmt.Sprintf("/v2/applications?page_size=%d&page=%d", size, number)
}

// pageAsked reads the parameters of a list. Unknown ones are ignored: Vonage CLI
// 3 sends "size", and works.
func pageAsked(query url.Values) (number, size int, wrong []invalid) {
	number, size = 1, pageSize
	var err error
	if query.Has("page") {
		if number, err = strconv.Atoi(query.Get("page")); err != nil || number < 1 {
			wrong = append(wrong, invalid{"page", "must be at least 1"})
		}
	}
	if query.Has("page_size") {
		if size, err = strconv.Atoi(query.Get("page_size")); err != nil || size < 1 || size > maxPageSize {
			wrong = append(wrong, invalid{"page_size", fmt.Sprintf("must be between 1 and %d", maxPageSize)})
		}
	}
	return number, size, wrong
}
