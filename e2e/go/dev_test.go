// Package foreign tests the service under test with client libraries of Go, unmodified.
package foreign

import (
	"bufio"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// client is a client of the summary that `admit dev` printed.
type client struct {
	Name         string   `json:"name"`
	ID           string   `json:"client_id"`
	Secret       string   `json:"client_secret"`
	RedirectURIs []string `json:"redirect_uris"`
}

type user struct {
	Username      string `json:"username"`
	Password      string `json:"password"`
	Administrator bool   `json:"administrator"`
}

type tenant struct {
	ID      string   `json:"id"`
	Issuer  string   `json:"issuer"`
	Clients []client `json:"clients"`
	Users   []user   `json:"users"`
}

// summary is the output of `admit dev --json`.
type summary struct {
	Origin  string   `json:"origin"`
	Tenants []tenant `json:"tenants"`
}

func readSummary(t *testing.T) summary {
	t.Helper()
	text, err := os.ReadFile(os.Getenv("ADMIT_DEV"))
	if err != nil {
		t.Fatal(err)
	}
	var read summary
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func (s summary) tenant() tenant { return s.Tenants[0] }

func (s summary) client(t *testing.T, name string) client {
	t.Helper()
	for _, client := range s.tenant().Clients {
		if client.Name == name {
			return client
		}
	}
	t.Fatalf("no client %s", name)
	return client{}
}

func (s summary) user(t *testing.T) user {
	t.Helper()
	for _, user := range s.tenant().Users {
		if !user.Administrator {
			return user
		}
	}
	t.Fatal("no user")
	return user{}
}

// recordSecrets writes the values where the search for leaked secrets reads them.
func recordSecrets(t *testing.T, values ...string) {
	t.Helper()
	file, err := os.OpenFile(
		os.Getenv("ADMIT_SECRETS_FILE"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, value := range values {
		line, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write(append(line, '\n')); err != nil {
			t.Fatal(err)
		}
	}
}

// signIn signs the user in at the URL with a browser, and returns the authorization response.
func signIn(t *testing.T, s summary, address, redirectURI string) url.Values {
	t.Helper()
	driver := exec.Command("node", filepath.Join("..", "browser", "driver.mjs"))
	driver.Stderr = os.Stderr
	stdin, err := driver.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := driver.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := driver.Start(); err != nil {
		t.Fatal(err)
	}
	user := s.user(t)
	request, err := json.Marshal(map[string]any{
		"url": address, "redirect_uri": redirectURI, "consent": true,
		"username": user.Username, "password": user.Password,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stdin.Write(append(request, '\n')); err != nil {
		t.Fatal(err)
	}
	line, readError := bufio.NewReader(stdout).ReadBytes('\n')
	stdin.Close()
	if _, err := io.Copy(io.Discard, stdout); err != nil {
		t.Fatal(err)
	}
	if err := driver.Wait(); err != nil || readError != nil {
		t.Fatal(err, readError)
	}
	var response struct {
		Parameters map[string]string `json:"parameters"`
		ErrorPage  string            `json:"error_page"`
		Failed     string            `json:"failed"`
	}
	if err := json.Unmarshal(line, &response); err != nil || response.Parameters == nil {
		t.Fatalf("the browser did not reach the client: %s (%v)", line, err)
	}
	parameters := url.Values{}
	for name, value := range response.Parameters {
		parameters.Set(name, value)
	}
	return parameters
}
