package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mark points at a byte of a text: a caret with a label behind it.
type mark struct {
	pos   int
	label string
	color string
}

// annotate shows text[from:to], and under each of its lines a caret for every mark in it, with line numbers where there
// are several lines. Long stretches without a mark are left out.
func annotate(w io.Writer, p paint, text string, from, to int, marks []mark) {
	slices.SortStableFunc(marks, func(a, b mark) int { return a.pos - b.pos })
	number := strings.Count(text[:from], "\n") + 1
	last := number + strings.Count(text[from:to], "\n")
	width := 0
	if last > 1 {
		width = len(fmt.Sprint(last))
	}
	gap := false
	for start := from; start <= to; number++ {
		end := to
		if i := strings.IndexByte(text[start:to], '\n'); i >= 0 {
			end = start + i
		}
		var here []mark
		for len(marks) > 0 && marks[0].pos <= end {
			here, marks = append(here, marks[0]), marks[1:]
		}
		if len(here) > 0 || last-number < 20 || number < 20 {
			showLine(w, p, gutter(width, number), text, start, end, here)
			gap = false
		} else if !gap {
			fmt.Fprintln(w, p.in(dim, gutter(width, 0)+"…"))
			gap = true
		}
		start = end + 1
	}
}

// gutter is what stands before a line; number 0 is none.
func gutter(width, number int) string {
	switch {
	case width == 0:
		return "  "
	case number == 0:
		return strings.Repeat(" ", width+2) + "│ "
	}
	return fmt.Sprintf("  %*d│ ", width, number)
}

// shownAround is how much of a long line is shown on either side of its marks, in bytes, and maxLine what is long.
const (
	shownAround = 60
	maxLine     = 400
)

func showLine(w io.Writer, p paint, before, text string, start, end int, marks []mark) {
	from, to := start, end
	if end-start > maxLine && len(marks) > 0 {
		from = max(start, marks[0].pos-shownAround)
		to = min(end, max(marks[len(marks)-1].pos, from)+shownAround, from+maxLine)
	} else if end-start > maxLine {
		to = start + maxLine
	}
	line, columns := printed(text[from:to])
	if from > start {
		before += "…"
	}
	if to < end {
		line += "…"
	}
	fmt.Fprintln(w, p.in(dim, before)+line)
	blank := strings.Repeat(" ", utf8.RuneCountInString(before))
	if i := strings.IndexRune(before, '│'); i >= 0 {
		blank = strings.Repeat(" ", i) + "│ " + strings.Repeat(" ", utf8.RuneCountInString(before[i:])-2)
	}
	for len(marks) > 0 {
		var row string
		row, marks = caretRow(p, marks, from, columns)
		if row != "" {
			fmt.Fprintln(w, p.in(dim, blank)+row)
		}
	}
}

// caretRow puts as many marks as fit into one row and returns the others.
func caretRow(p paint, marks []mark, from int, columns []int) (row string, later []mark) {
	at := 0
	var b strings.Builder
	for i := 0; i < len(marks); i++ {
		m := marks[i]
		for i+1 < len(marks) && marks[i+1].pos == m.pos { // one caret for all that point there
			i++
			m.label += "," + marks[i].label
		}
		if m.pos-from >= len(columns) {
			continue // beyond what is shown
		}
		column := columns[max(m.pos-from, 0)]
		if column < at {
			later = append(later, m)
			continue
		}
		b.WriteString(strings.Repeat(" ", column-at) + p.in(m.color, "^"+m.label))
		at = column + 1 + utf8.RuneCountInString(m.label) + 1
		b.WriteByte(' ')
	}
	return strings.TrimRight(b.String(), " "), later
}

// printed makes a line that no terminal acts on, and says in which column each byte of it stands; there is one column
// more than bytes.
func printed(s string) (line string, columns []int) {
	var b strings.Builder
	column := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		out := s[i : i+n]
		switch {
		case r == '\t':
			out = "    "
		case r == utf8.RuneError && n == 1, !unicode.IsPrint(r):
			out = fmt.Sprintf("\\u%04x", r)
		}
		for range n {
			columns = append(columns, column)
		}
		column += utf8.RuneCountInString(out)
		b.WriteString(out)
		i += n
	}
	return b.String(), append(columns, column)
}
