package sandbox_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"credwiz/client/sandbox"
)

// The sandbox is to answer more than 20,000 reads of an application and 5,000
// reads of a user with a token to verify in a second, on two cores that make the
// load as well.

func BenchmarkReadApplication(b *testing.B) {
	server := start(b, sandbox.Config{})
	app := server.application("x", ownKey())
	server.read(b, "/v2/applications/"+app, owner)
}

func BenchmarkReadUserWithAToken(b *testing.B) {
	server := start(b, sandbox.Config{})
	admin := server.admin(server.application("x", ownKey()))
	id := server.want(201, "POST", "/v1/users", `{"name":"alice"}`, admin).at(b, "id").(string)
	server.read(b, "/v1/users/"+id, admin)
}

// read asks for a path as often as it can, over connections that stay.
func (a *api) read(b *testing.B, path string, headers ...header) {
	a.client.Transport.(*http.Transport).MaxIdleConnsPerHost = 64
	b.ReportAllocs()
	b.ResetTimer()
	at := time.Now()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, a.URL()+path, nil)
		if err != nil {
			b.Error(err)
			return
		}
		for _, set := range headers {
			set(request)
		}
		for pb.Next() {
			response, err := a.client.Do(request)
			if err != nil {
				b.Error(err)
				return
			}
			_, err = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if err != nil || response.StatusCode != http.StatusOK {
				b.Errorf("status %d, error %v", response.StatusCode, err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/time.Since(at).Seconds(), "req/s")
}
