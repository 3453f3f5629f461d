package snippet

import (
	"embed"
	"path"
)

//go:embed endpoints
var endpoints embed.FS

// Endpoints returns a token endpoint for one's own backend in each language. It reads the folder's values from the
// environment, as .env has them.
func Endpoints() []Snippet {
	all := []Snippet{
		{Language: "Node", Title: "Your backend: npm install jsonwebtoken", FileName: "token_endpoint.mjs"},
		{Language: "Python", Title: "Your backend: pip install flask \"pyjwt[crypto]\"", FileName: "token_endpoint.py"},
		{Language: "Go", Title: "Your backend: go get github.com/golang-jwt/jwt/v5", FileName: "token_endpoint.go"},
		{Language: "PHP", Title: "Your backend: PHP 8.1 with its openssl extension", FileName: "token_endpoint.php"},
		{Language: "Java", Title: "Your backend: JDK 17 and com.google.code.gson:gson 2.8.6", FileName: "TokenEndpoint.java"},
		{Language: "Ruby", Title: "Your backend: gem install jwt webrick", FileName: "token_endpoint.rb"},
	}
	for i, s := range all {
		code, err := endpoints.ReadFile(path.Join("endpoints", s.FileName))
		if err != nil {
			panic(err) // it was not built in
		}
		all[i].Code = string(code)
	}
	return all
}
