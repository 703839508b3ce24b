package audit

import _ "embed"

// Schema is the JSON Schema (draft 2020-12) that every line of the log
// satisfies. Fields are added to it, never changed.
//
//go:embed schema.json
var Schema []byte
