// Package proxy ties one client connection to one upstream connection and
// lets nothing pass between them that the gate has not been asked about.
//
// A protocol (proxy/postgres, proxy/mysql) only translates: it frames what
// the client sends into requests, and what the server sends into replies. The
// Gate judges and records every request before it is forwarded. The relay
// joins them: two goroutines a session, one for each direction, and between
// them Pending, the queue of what the server still owes.
//
//	requests:  Next → Gate.Ask → Pending.Push → upstream, or the stand-in
//	replies:   head of Pending → client, or our refusal in its place → Gate.Done
package proxy
