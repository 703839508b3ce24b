// Package audit writes and reads Sallyport's audit log: one JSON object a
// line, numbered without gaps, in segments under one directory.
//
// It knows neither tokens nor policy nor the network; whoever does hands it
// an [Event]. Three rules hold throughout:
//
//   - A line counts once write(2) has taken all of it, newline included. A
//     line that counts is never taken back, and only lines that count use up
//     a sequence number.
//   - Whatever bytes a client sends, a record is one valid JSON line that is
//     safe to print raw on a terminal.
//   - No caller can forget to redact: every free text passes [Redact] inside
//     the encoder, and a hash is only ever taken of what was redacted.
package audit
