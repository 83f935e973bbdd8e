package servers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

const storePassword = "testing"

// TLS is a certificate authority with a certificate for servers and one for clients, and one that has signed nothing.
type TLS struct {
	CA, OtherCA, Cert, Key string // files for clients, PEM
	keystore, truststore   string // files for servers, PKCS 12
}

// newTLS makes keys and certificates for servers at some addresses.
func newTLS(t testing.TB, addresses []string) *TLS {
	t.Helper()
	dir := folder(t)
	path := func(name string) string { return filepath.Join(dir, name) }
	out := &TLS{path("ca.pem"), path("other-ca.pem"), path("client.pem"), path("client.key"), path("keystore.p12"), path("truststore.p12")}
	ca, caKey := issue(t, "Test CA", nil, nil, nil)
	writePEM(t, out.CA, "CERTIFICATE", ca.Raw)
	other, _ := issue(t, "Other CA", nil, nil, nil)
	writePEM(t, out.OtherCA, "CERTIFICATE", other.Raw)
	client, clientKey := issue(t, "client", nil, ca, caKey)
	writePEM(t, out.Cert, "CERTIFICATE", client.Raw)
	writeKey(t, out.Key, clientKey)
	server, serverKey := issue(t, "server", addresses, ca, caKey)
	writePEM(t, path("server.pem"), "CERTIFICATE", server.Raw)
	writeKey(t, path("server.key"), serverKey)
	command(t, "openssl", "pkcs12", "-export", "-in", path("server.pem"), "-inkey", path("server.key"), "-name", "server",
		"-out", out.keystore, "-passout", "pass:"+storePassword)
	command(t, "keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", out.CA, "-keystore", out.truststore,
		"-storetype", "PKCS12", "-storepass", storePassword)
	return out
}

func command(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
}

func issue(t testing.TB, name string, addresses []string, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
	for _, a := range addresses {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(a))
	}
	if parent == nil {
		template.IsCA, template.KeyUsage, template.ExtKeyUsage = true, x509.KeyUsageCertSign, nil
		parent, parentKey = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

func writeKey(t testing.TB, path string, key *ecdsa.PrivateKey) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, path, "PRIVATE KEY", der)
}

func writePEM(t testing.TB, path, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}
