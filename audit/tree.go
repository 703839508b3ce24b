package audit

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// The lines of the log are the leaves of a Merkle tree as in RFC 6962: leaf
// number seq-1 is the line without its newline.

// frontier is the right edge of a tree: the roots of the complete subtrees
// that its size is the sum of, one for each bit that is set. It is all that is
// needed to let the tree grow. The zero value is the empty tree.
type frontier struct {
	size     uint64
	subtrees [64]tlog.Hash // by level; meaningful where size has the bit
}

// node is the place of a complete subtree: the n-th of those with 2^level
// leaves.
type node struct {
	level int
	n     uint64
}

// push adds a leaf.
func (f *frontier) push(leaf tlog.Hash) { f.pushSeen(leaf, func(node, tlog.Hash) {}) }

// pushSeen adds a leaf, and shows each subtree that it completes.
func (f *frontier) pushSeen(leaf tlog.Hash, see func(node, tlog.Hash)) {
	level := 0
	see(node{level, f.size}, leaf)
	for ; f.size>>level&1 == 1; level++ {
		leaf = tlog.NodeHash(f.subtrees[level], leaf)
		see(node{level + 1, f.size >> (level + 1)}, leaf)
	}
	f.subtrees[level] = leaf
	f.size++
}

// each shows the subtrees of the edge.
func (f *frontier) each(see func(node, tlog.Hash)) {
	for level := range f.subtrees {
		if f.size>>level&1 == 1 {
			see(node{level, f.size>>level - 1}, f.subtrees[level])
		}
	}
}

// root is the tree's hash; that of the empty tree is the hash of nothing
// (RFC 6962, 2.1).
func (f *frontier) root() tlog.Hash {
	if f.size == 0 {
		return sha256.Sum256(nil)
	}
	level := bits.TrailingZeros64(f.size)
	root := f.subtrees[level]
	for level++; f.size>>level != 0; level++ {
		if f.size>>level&1 == 1 {
			root = tlog.NodeHash(f.subtrees[level], root)
		}
	}
	return root
}

// edge lists the subtrees that are meaningful, the largest first.
func (f *frontier) edge() []tlog.Hash {
	var list []tlog.Hash
	for level := 63; level >= 0; level-- {
		if f.size>>level&1 == 1 {
			list = append(list, f.subtrees[level])
		}
	}
	return list
}

// frontierOf is the way back from size and edge.
func frontierOf(size uint64, edge []tlog.Hash) (f frontier, ok bool) {
	if bits.OnesCount64(size) != len(edge) {
		return f, false
	}
	f.size = size
	for level := 63; level >= 0; level-- {
		if size>>level&1 == 1 {
			f.subtrees[level], edge = edge[0], edge[1:]
		}
	}
	return f, true
}

// leafHasher hashes lines as tlog.RecordHash does, without its allocations.
type leafHasher struct{ sha hash.Hash }

// leafPrefix sets leaves apart from inner nodes (RFC 6962, 2.1).
var leafPrefix = []byte{0}

// hash returns the leaf of a line, which is given without its newline.
func (h *leafHasher) hash(line []byte) (leaf tlog.Hash) {
	if h.sha == nil {
		h.sha = sha256.New()
	}
	h.sha.Reset()
	h.sha.Write(leafPrefix)
	h.sha.Write(line)
	h.sha.Sum(leaf[:0])
	return leaf
}

// tree is what the writer knows of the log's integrity. The leader's alone.
type tree struct {
	frontier
	leaves leafHasher
	fresh  []tlog.Hash // leaves that are not in the segment's file of hashes yet
	signed uint64      // size up to the last checkpoint, itself included
	start  frontier    // where the last segment begins; set by grow
}

// add takes in the whole lines of p.
func (t *tree) add(p []byte) {
	for len(p) > 0 {
		line, rest, _ := bytes.Cut(p, []byte{'\n'})
		t.take(t.leaves.hash(line))
		p = rest
	}
}

func (t *tree) take(leaf tlog.Hash) {
	t.push(leaf)
	t.fresh = append(t.fresh, leaf)
}
