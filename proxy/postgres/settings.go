package postgres

import (
	"strings"

	"github.com/sallyport-db/sallyport/internal/analyze/postgres"
	"github.com/sallyport-db/sallyport/proxy"
)

// settings are what a start-up packet asks to set, judged like SET: the
// parameters, and the -c and -- words of `options` (PGOPTIONS).
func (s *startup) settings() ([]param, *proxy.Refusal) {
	fromOptions, ok := splitOptions(s.options)
	if !ok {
		return nil, proxy.Refuse(proxy.CodeParameter, "options: only -c name=value and --name=value are taken")
	}
	all := append(fromOptions, s.params...)
	kept := len(s.user) + len(s.database)
	for _, name := range s.asked {
		kept += len(name)
	}
	for _, p := range all {
		kept += len(p.name) + len(p.value)
	}
	if kept > maxKept || len(all) > maxParams {
		return nil, proxy.Refuse(proxy.CodeParameter, "start-up parameters are too long: at most %d bytes are taken", maxKept)
	}
	for _, p := range all {
		if strings.EqualFold(p.name, "replication") {
			return nil, proxy.Refuse(proxy.CodeParameter, "replication connections are not taken")
		}
		if !postgres.StartupSetting(p.name, p.value) {
			return nil, proxy.Refuse(proxy.CodeParameter, "parameter %q cannot be set to this value at start-up", p.name)
		}
	}
	return all, nil
}

// splitOptions reads the command line that `options` is (pg_split_opts and
// process_postgres_switches, postgres.c): words at white space, a backslash
// takes the next byte as it is.
func splitOptions(options string) ([]param, bool) {
	var list []param
	words := splitWords(options)
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w == "-c" && i+1 < len(words):
			i++
			w = words[i]
		case strings.HasPrefix(w, "-c"), strings.HasPrefix(w, "--"):
			w = w[2:]
		default:
			return nil, false
		}
		name, value, ok := strings.Cut(w, "=")
		if !ok || name == "" {
			return nil, false
		}
		list = append(list, param{strings.ReplaceAll(name, "-", "_"), value})
	}
	return list, true
}

func splitWords(s string) []string {
	var words []string
	for i := 0; i < len(s); {
		for i < len(s) && isSpace(s[i]) {
			i++
		}
		if i == len(s) {
			break
		}
		var w []byte
		for ; i < len(s) && !isSpace(s[i]); i++ {
			if s[i] == '\\' && i+1 < len(s) {
				i++
			}
			w = append(w, s[i])
		}
		words = append(words, string(w))
	}
	return words
}

func isSpace(c byte) bool {
	return c == ' ' || c >= '\t' && c <= '\r'
}
