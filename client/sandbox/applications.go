package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"
)

// applicationAnswer is an application as it is told to its owner.
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

type selfLink struct {
	Self link `json:"self"`
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
func (s *Sandbox) createApplication(w http.ResponseWriter, r *http.Request) {
	a, _, f := s.readApplication(r, s.cfg.NewID())
	if f != nil {
		s.refuse(w, f)
		return
	}
	var private string
	if a.key.rsa == nil {
		var err error
		if private, a.key, err = newKeyPair(); err != nil {
			s.refuse(w, internalError())
			return
		}
	}
	if err := s.store.addApplication(a); err != nil {
		s.refuse(w, applicationFault(a.id, err))
		return
	}
	answer := a.shown()
	answer.Keys.Private = private
	s.answer(w, http.StatusCreated, answer)
}

// getApplication answers GET /v2/applications/{id}.
func (s *Sandbox) getApplication(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	a, err := s.store.application(id)
	if err != nil {
		s.refuse(w, noSuchApplication(id))
		return
	}
	s.answer(w, http.StatusOK, a.shown())
}

// replaceApplication answers PUT /v2/applications/{id}. What the body leaves out
// is gone, except the keys: without them the application keeps its pair. A public
// key in it takes the place of the old one, and keys without one are replaced by
// a pair that the server makes. SPEC application.v2.yml has a private_key in the
// answer for that; how it is asked for is inferred from create, where Vonage CLI 3
// sends "keys":{} for a new pair.
func (s *Sandbox) replaceApplication(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	// An application that is not there is told before what is wrong with the
	// body; which comes first is not documented.
	if _, err := s.store.application(id); err != nil {
		s.refuse(w, noSuchApplication(id))
		return
	}
	a, regenerate, f := s.readApplication(r, id)
	if f != nil {
		s.refuse(w, f)
		return
	}
	var private string
	if regenerate {
		var err error
		if private, a.key, err = newKeyPair(); err != nil {
			s.refuse(w, internalError())
			return
		}
	}
	if err := s.store.replaceApplication(a); err != nil {
		s.refuse(w, applicationFault(id, err))
		return
	}
	answer := a.shown()
	answer.Keys.Private = private
	s.answer(w, http.StatusOK, answer)
}

// deleteApplication answers DELETE /v2/applications/{id}, which "cannot be
// undone" and takes the users of the application along.
func (s *Sandbox) deleteApplication(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if err := s.store.removeApplication(id); err != nil {
		s.refuse(w, noSuchApplication(id))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// applicationFault is the refusal for what the store could not do.
func applicationFault(id string, err error) *refusal {
	if errors.Is(err, errFull) {
		return full(tooManyApplications())
	}
	return noSuchApplication(id)
}

// readApplication returns the application that the body describes, without a
// key if the body has none, and whether the body asks for keys without one.
func (s *Sandbox) readApplication(r *http.Request, id string) (a *application, regenerate bool, f *refusal) {
	if !sendsJSON(r) {
		return nil, false, unsupportedType()
	}
	value, f := readJSON(r)
	if f != nil {
		return nil, false, f
	}
	value = withoutNulls(value)
	if wrong := s.applicationBody.check("", value); wrong != nil {
		return nil, false, invalidPayload(wrong)
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
