package fleet

import (
	"encoding/base64"
	"encoding/pem"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const secretToken = "s3cr3t-t0ken"

// testCA is the certificate of httptest's servers.
func testCA(t testing.TB) string {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	return base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
}

func TestParseTakesWhatIsAllowedAndNothingElse(t *testing.T) {
	ca := testCA(t)
	cfg, err := Parse([]byte(kubeconfig("west",
		"{server: 'https://west:6443/k8s', tls-server-name: api.west, certificate-authority-data: "+ca+", disable-compression: true, something-new: 1}",
		"{token: ' "+secretToken+"\n', something-new: 1}")))
	require.NoError(t, err)
	require.Equal(t, "https://west:6443/k8s", cfg.Host)
	require.Equal(t, "api.west", cfg.ServerName)
	require.Equal(t, secretToken, cfg.BearerToken)
	require.NotEmpty(t, cfg.CAData)
	cfg.Host, cfg.BearerToken, cfg.ServerName, cfg.CAData = "", "", "", nil
	require.Zero(t, *cfg)
}

func TestParseTakesTheEntriesOfTheCurrentContextAlone(t *testing.T) {
	cfg, err := Parse([]byte(`{"current-context": "b", "contexts": [
		{"name": "a", "context": {"cluster": "a", "user": "a"}}, {"name": "b", "context": {"cluster": "b", "user": "b"}}],
		"clusters": [{"name": "a", "cluster": {"server": "http://a"}}, {"name": "b", "cluster": {"server": "https://b"}}],
		"users": [{"name": "a", "user": {"exec": {"command": "x"}}}, {"name": "b", "user": {"token": "t"}}]}`))
	require.NoError(t, err)
	require.Equal(t, "https://b", cfg.Host)
}

func TestParseRefuses(t *testing.T) {
	const server, token = "{server: 'https://west:6443'}", "{token: '" + secretToken + "'}"
	for name, test := range map[string]struct{ raw, says string }{
		"nothing":            {" \n", "is empty"},
		"no YAML":            {"a: [" + secretToken, "not valid YAML"},
		"no kubeconfig":      {secretToken, "cannot be read"},
		"wrong types":        {"clusters: " + secretToken, "cannot be read"},
		"another document":   {"apiVersion: v1\nkind: Secret", "cannot be read"},
		"too large":          {strings.Repeat("#", maxKubeconfig+1), "larger than 1024 KiB"},
		"aliases":            {"a: &a [" + secretToken + "]\nb: *a", "aliases"},
		"deep nesting":       {strings.Repeat("[", 100_000), "not valid YAML"},
		"no context":         {"clusters: []", "no context"},
		"two contexts":       {"contexts: [{name: a, context: {}}, {name: b, context: {}}]", "no current-context"},
		"names twice":        {"contexts: [{name: a, context: {}}, {name: a, context: {}}]", "a name is there twice"},
		"unknown context":    {"current-context: x\ncontexts: [{name: a, context: {}}]", `"x", which is not among the contexts`},
		"unknown cluster":    {"contexts: [{name: a, context: {cluster: x, user: b}}]", `cluster "x"`},
		"unknown user":       {"contexts: [{name: a, context: {cluster: x, user: b}}]\nclusters: [{name: x, cluster: {server: 'https://x'}}]", `user "b"`},
		"no server":          {kubeconfig("a", "{}", token), "server is missing"},
		"no address":         {kubeconfig("a", "{server: 'https://'}", token), "server is not an address"},
		"http":               {kubeconfig("a", "{server: 'http://west'}", token), "does not begin with https"},
		"file":               {kubeconfig("a", "{server: 'file://west/etc'}", token), "does not begin with https"},
		"user in server":     {kubeconfig("a", "{server: 'https://u:"+secretToken+"@west'}", token), "holds a user"},
		"query in server":    {kubeconfig("a", "{server: 'https://west/?a=b'}", token), "holds a query"},
		"skip TLS":           {kubeconfig("a", "{server: 'https://west', insecure-skip-tls-verify: true}", token), "insecure-skip-tls-verify"},
		"CA file":            {kubeconfig("a", "{server: 'https://west', certificate-authority: /etc/ca}", token), "certificate-authority names a file"},
		"CA rubbish":         {kubeconfig("a", "{server: 'https://west', certificate-authority-data: "+base64.StdEncoding.EncodeToString([]byte(secretToken))+"}", token), "certificate-authority-data holds no PEM"},
		"proxy":              {kubeconfig("a", "{server: 'https://west', proxy-url: 'http://x'}", token), "proxy-url"},
		"exec":               {kubeconfig("a", server, "{token: t, exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}}"), "exec is not allowed"},
		"auth provider":      {kubeconfig("a", server, "{auth-provider: {name: gcp}}"), "auth-provider"},
		"token file":         {kubeconfig("a", server, "{token: t, tokenFile: /var/run/token}"), "tokenFile"},
		"certificate file":   {kubeconfig("a", server, "{client-certificate: /a}"), "client-certificate names a file"},
		"key file":           {kubeconfig("a", server, "{client-key: /a}"), "client-key names a file"},
		"as":                 {kubeconfig("a", server, "{token: t, as: admin}"), "acting as somebody else"},
		"as uid":             {kubeconfig("a", server, "{token: t, as-uid: x}"), "acting as somebody else"},
		"as groups":          {kubeconfig("a", server, "{token: t, as-groups: [x]}"), "acting as somebody else"},
		"as extra":           {kubeconfig("a", server, "{token: t, as-user-extra: {a: [b]}}"), "acting as somebody else"},
		"password":           {kubeconfig("a", server, "{username: u, password: "+secretToken+"}"), "username and password"},
		"no credentials":     {kubeconfig("a", server, "{}"), "no credentials"},
		"certificate alone":  {kubeconfig("a", server, "{client-certificate-data: YQ==}"), "belong together"},
		"certificate broken": {kubeconfig("a", server, "{client-certificate-data: YQ==, client-key-data: YQ==}"), "not a PEM certificate and its key"},
		"token in two lines": {kubeconfig("a", server, `{token: "`+secretToken+`\nEvil: header"}`), "token holds spaces"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(test.raw))
			require.ErrorIs(t, err, ErrRefused)
			require.ErrorContains(t, err, test.says)
			require.NotContains(t, err.Error(), secretToken)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

// A few hundred bytes that unfold to gigabytes must cost neither memory nor time.
func TestParseRefusesABombAtOnce(t *testing.T) {
	bombs := []string{"a0: &a0 [x,x,x,x,x,x,x,x,x]\n", "a: &a \"" + strings.Repeat("x", 500_000) + "\"\nb: [" + strings.Repeat("*a,", 900) + "]\n"}
	for i := range 20 {
		refs := strings.Repeat("*a"+string(rune('a'+i-1))+",", 9)
		if i == 0 {
			refs = strings.Repeat("*a0,", 9)
		}
		bombs[0] += "a" + string(rune('a'+i)) + ": &a" + string(rune('a'+i)) + " [" + refs + "]\n"
	}
	for _, bomb := range bombs {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Parse([]byte(bomb))
		runtime.ReadMemStats(&after)
		require.ErrorContains(t, err, "aliases")
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20), "bytes")
	}
}

func FuzzParse(f *testing.F) {
	ca := testCA(f)
	f.Add([]byte(kubeconfig("a", "{server: 'https://west', certificate-authority-data: "+ca+"}", "{token: t}")))
	f.Add([]byte(kubeconfig("a", "{server: 'http://west', proxy-url: x}", "{exec: {command: x}, tokenFile: x}")))
	f.Add([]byte(`{"contexts": [{"name": "", "context": {"cluster": "", "user": ""}}]}`))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		cfg, err := Parse(raw)
		if err != nil {
			require.ErrorIs(t, err, ErrRefused)
			require.NotContains(t, err.Error(), "\n")
			return
		}
		require.True(t, strings.HasPrefix(strings.ToLower(cfg.Host), "https://"))
		require.True(t, cfg.BearerToken != "" || len(cfg.CertData) > 0)
		// Take away what is allowed: nothing may be left.
		cfg.Host, cfg.BearerToken, cfg.ServerName, cfg.CAData, cfg.CertData, cfg.KeyData = "", "", "", nil, nil, nil
		require.Zero(t, *cfg)
	})
}
