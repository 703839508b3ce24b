package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// parseCert returns the first certificate of a PEM text.
func parseCert(text []byte) (*x509.Certificate, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			return x509.ParseCertificate(block.Bytes)
		}
		if strings.HasSuffix(block.Type, "PRIVATE KEY") {
			return nil, errors.New("holds a private key where a certificate is expected")
		}
	}
	return nil, errors.New("holds no certificate in PEM form")
}

// parseKey returns the private key of a PEM text, in any of the three usual forms.
func parseKey(text []byte) (crypto.Signer, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "EC PARAMETERS": // written by openssl before an EC key
			continue
		case "EC PRIVATE KEY":
			return x509.ParseECPrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			if block.Headers["DEK-Info"] != "" {
				return nil, errors.New("is encrypted; the server needs it without a passphrase")
			}
			return x509.ParsePKCS1PrivateKey(block.Bytes)
		case "PRIVATE KEY":
			key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if s, ok := key.(crypto.Signer); ok {
				return s, nil
			}
			return nil, errors.Join(err, errors.New("holds a key that cannot sign"))
		case "ENCRYPTED PRIVATE KEY":
			return nil, errors.New("is encrypted; the server needs it without a passphrase")
		case "CERTIFICATE":
			return nil, errors.New("holds a certificate where a private key is expected")
		}
	}
	return nil, errors.New("holds no private key in PEM form")
}

// checkKeyMode refuses a private key that users in the forbidden bits of the mode may read or write.
func checkKeyMode(file string, forbidden fs.FileMode) error {
	info, err := os.Stat(file)
	if err != nil {
		return plain(err)
	}
	if mode := info.Mode().Perm(); mode&forbidden != 0 {
		return fmt.Errorf("%s has mode %04o, and a private key must not be open to others: run chmod 600 %s", file, mode, file)
	}
	return nil
}

func writeKey(file string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return write(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}

func writeCert(file string, der []byte) error {
	return write(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

// write replaces a file whole or not at all: a new file beside it, fsync, rename. A crash leaves the old or the new.
func write(file string, text []byte, mode fs.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.new") // made with 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(text); err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}
