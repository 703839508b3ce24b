//go:build !race

package mysql

const perSession = 256 << 10
