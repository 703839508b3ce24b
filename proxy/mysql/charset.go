package mysql

// safeCharset reports whether a character set lets a text be judged by its
// bytes: every byte below 0x80 is the ASCII character, and none is a part of a
// longer one. In gbk, big5, sjis, cp932, gb18030 and their like a backslash or
// a quote can be the second byte of a character, and hide where a string ends.
func safeCharset(name string) bool {
	switch name {
	case "ascii", "binary", "utf8", "utf8mb3", "utf8mb4", "latin1", "latin2", "latin5", "latin7", "cp1250", "cp1251", "cp1256",
		"cp1257", "cp850", "cp852", "cp866", "greek", "hebrew", "koi8r", "koi8u", "armscii8", "dec8", "geostd8", "hp8", "keybcs2",
		"macce", "macroman", "tis620":
		return true
	}
	return false
}
