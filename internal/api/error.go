package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Error is a refusal with its HTTP status; on the wire it is {"error": Message}.
type Error struct {
	Status  int
	Message string
}

func (e *Error) Error() string { return e.Message }

func fail(status int, format string, args ...any) error {
	return &Error{Status: status, Message: fmt.Sprintf(format, args...)}
}

// bad is an error of whoever asks.
func bad(err error) error { return fail(http.StatusBadRequest, "%s", err) }

// maxBody is more than the longest text that the analysis reads.
const maxBody = 2 << 20

// handle makes a handler of a function from request to answer.
func handle[Q, A any](f func(*http.Request, *Q) (A, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var q Q
		if r.Method == http.MethodPost {
			if err := decode(w, r, &q); err != nil {
				respond(w, nil, fail(http.StatusBadRequest, "the request cannot be read: %s", err))
				return
			}
		}
		answer, err := f(r, &q)
		respond(w, answer, err)
	}
}

func decode(w http.ResponseWriter, r *http.Request, into any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("something follows the JSON object")
	}
	return nil
}

func respond(w http.ResponseWriter, answer any, err error) {
	status := http.StatusOK
	if err != nil {
		var known *Error
		if !errors.As(err, &known) {
			known = &Error{Status: http.StatusInternalServerError, Message: err.Error()}
		}
		status, answer = known.Status, map[string]string{"error": known.Message}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // whoever asked has gone
}
