package sandbox

import (
	"fmt"

	"credwiz/client/sandbox/payload"
)

// Restore puts an application and its users into the sandbox, with the ids that they had in another one, which has ended.
func (s *Sandbox) Restore(a Application, users []User) error {
	key, err := parsePublicKey(a.PublicKey)
	if err != nil {
		return fmt.Errorf("sandbox: the public key %w", err)
	}
	kept := &application{id: a.ID, name: a.Name, key: key, capabilities: a.Capabilities, improveAI: a.ImproveAI}
	if kept.capabilities == nil {
		kept.capabilities = payload.Encode(nil)
	}
	err = s.store.addApplication(kept)
	for _, u := range users {
		if err == nil {
			err = s.store.addUser(a.ID, user{User: u, properties: userProperties(nil), channels: payload.Encode(nil)})
		}
	}
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	return nil
}
