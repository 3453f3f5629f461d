// A token endpoint: POST /token with {"user": "alice"} answers with a token for alice.
// Install: go mod init backend && go get github.com/golang-jwt/jwt/v5
// Run:     set -a; . ./.env; set +a; go run token_endpoint.go
package main

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const names = "users conversations sessions devices image media applications push knocking legs rtc"

func main() {
	appID, keyPath := os.Getenv("VONAGE_APPLICATION_ID"), os.Getenv("VONAGE_PRIVATE_KEY_PATH")
	if appID == "" || keyPath == "" {
		log.Fatal("Set VONAGE_APPLICATION_ID and VONAGE_PRIVATE_KEY_PATH, as in .env.")
	}
	text, err := os.ReadFile(keyPath)
	if err != nil {
		log.Fatal(err)
	}
	key, err := jwt.ParseRSAPrivateKeyFromPEM(text)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		// Authenticate the caller here first, and sign for no other user.
		var body struct{ User string }
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024)).Decode(&body)
		if err != nil || body.User == "" {
			answer(w, http.StatusBadRequest, map[string]any{"error": `Send {"user": "alice"}.`})
			return
		}
		token, expires, err := sign(key, appID, body.User)
		if err != nil {
			log.Print(err)
			answer(w, http.StatusInternalServerError, map[string]any{"error": "No token could be signed."})
			return
		}
		answer(w, http.StatusOK, map[string]any{"token": token, "expires_at": expires})
	})
	server := http.Server{Addr: "127.0.0.1:" + cmp.Or(os.Getenv("PORT"), "3000"), ReadTimeout: 5 * time.Second}
	log.Print("POST http://" + server.Addr + "/token")
	log.Fatal(server.ListenAndServe())
}

func answer(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func sign(key *rsa.PrivateKey, appID, user string) (token string, expires time.Time, err error) {
	paths := map[string]any{}
	for name := range strings.FieldsSeq(names) {
		paths["/*/"+name+"/**"] = struct{}{}
	}
	now := time.Now().UTC().Truncate(time.Second)
	expires = now.Add(15 * time.Minute)
	token, err = jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"application_id": appID, "sub": user, "iat": now.Unix(), "exp": expires.Unix(), "jti": rand.Text(),
		"acl": map[string]any{"paths": paths},
	}).SignedString(key)
	return token, expires, err
}
