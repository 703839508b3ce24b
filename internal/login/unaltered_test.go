package login

import "testing"

// Nobody on the way may answer in the provider's place, and nothing but a page is opened in the browser.
func TestUnaltered(t *testing.T) {
	for address, want := range map[string]bool{
		"https://idp.example/auth": true, "http://127.0.0.1:8080/auth": true, "http://localhost/auth": true, "http://[::1]/auth": true, "": true,
		"http://idp.example/auth": false, "http://localhost.example/": false, "file:///etc/passwd": false, "//idp.example/": false, "-x": false, "http://": false,
	} {
		if err := unaltered("https://idp.example", address); (err == nil) != want {
			t.Errorf("%q: %v", address, err)
		}
	}
}
