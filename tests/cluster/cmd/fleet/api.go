package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// client speaks to the parts of one plane: as cluster admin to the API server,
// without a name to the health addresses of the others.
type client struct {
	plane plane
	admin *http.Client
	plain *http.Client
}

// callLimit bounds one request: a paused API server takes connections and
// never answers.
const callLimit = 5 * time.Second

func (p plane) client() (*client, error) {
	ca, err := os.ReadFile(p.pki("ca.crt"))
	if err != nil {
		return nil, err
	}
	certificate, err := tls.LoadX509KeyPair(p.pki("admin.crt"), p.pki("admin.key"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	admin := &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	// The controller-manager and the scheduler sign their own certificates;
	// nothing is sent to them but the question.
	plain := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
	return &client{
		plane: p,
		admin: &http.Client{Timeout: callLimit, Transport: &http.Transport{TLSClientConfig: admin}},
		plain: &http.Client{Timeout: callLimit, Transport: &http.Transport{TLSClientConfig: plain}},
	}, nil
}

// healthy is nil when the role answers that it works.
func (c *client) healthy(role string) error {
	chosen := c.plain
	if role == apiServerRole {
		chosen = c.admin
	}
	answer, err := chosen.Get(c.plane.healthURL(role))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<20)); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", answer.Status)
	}
	return nil
}

// ask sends one request as cluster admin; body and answer are JSON, both may
// be nil. The status code comes back also when it is an error's.
func (c *client) ask(method, path string, body, answer any) (int, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequest(method, c.plane.url()+path, bytes.NewReader(text))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.admin.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	text, err = io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err != nil {
		return 0, err
	}
	if response.StatusCode >= 300 {
		return response.StatusCode, fmt.Errorf("%s %s: %s: %.200s", method, path, response.Status, text)
	}
	if answer == nil {
		return response.StatusCode, nil
	}
	return response.StatusCode, json.Unmarshal(text, answer)
}
