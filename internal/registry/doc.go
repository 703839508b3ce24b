// Package registry remembers which tokens were issued and which of them were
// revoked, and keeps the signing keys that several nodes share. It is a bucket
// of NATS JetStream: in this process and on its disk, or in a cluster that the
// nodes share.
//
// The rules that its code follows:
//   - Nothing that is asked on a login or a statement waits for a network or a
//     disk: a watch keeps all of it in memory (view.go).
//   - Order is that of the bucket's revisions, never of a clock: a revocation
//     reaches every token that was registered before it.
//   - A token that the registry does not know is taken for revoked, since a
//     lost registry has lost its revocations too. So is a token whose parent is.
//   - What has returned without an error survives a power cut. A revocation
//     that could not be written counts all the same on the node that was asked.
package registry
