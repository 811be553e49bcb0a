package fleet

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// maxKubeconfig is how large a kubeconfig may be, in bytes: as large as a secret.
const maxKubeconfig = 1 << 20

// ErrRefused is wrapped by every error of Parse.
var ErrRefused = errors.New("the kubeconfig is refused")

func refuse(format string, args ...any) error { return &refusal{fmt.Sprintf(format, args...)} }

// refusal says why a kubeconfig is refused, and what to do. It never quotes the
// kubeconfig's values, apart from names and the server's address.
type refusal struct{ sentence string }

func (r *refusal) Error() string { return r.sentence }
func (r *refusal) Unwrap() error { return ErrRefused }

// Parse reads a kubeconfig that may come from anybody. What it gives is built
// anew from the fields that are allowed (server, certificate-authority-data,
// tls-server-name, client-certificate-data with client-key-data, token), so that
// no other field, known today or not, is ever let in. Whatever would run a program,
// read a file of this machine, send traffic elsewhere or skip a check is refused
// with a sentence that names the field and what to do.
func Parse(raw []byte) (*rest.Config, error) {
	doc, err := load(raw)
	if err != nil {
		return nil, err
	}
	cluster, user, err := choose(doc)
	if err != nil {
		return nil, err
	}
	for _, check := range []error{checkCluster(cluster), checkUser(user)} {
		if check != nil {
			return nil, check
		}
	}
	cfg := &rest.Config{
		Host:        strings.TrimSpace(cluster.Server),
		BearerToken: strings.TrimSpace(user.Token),
		TLSClientConfig: rest.TLSClientConfig{
			ServerName: cluster.TLSServerName,
			CAData:     bytes.Clone(cluster.CertificateAuthorityData),
			CertData:   bytes.Clone(user.ClientCertificateData),
			KeyData:    bytes.Clone(user.ClientKeyData),
		},
	}
	// The causes below may quote what they could not read: they are not passed on.
	if _, err := rest.TLSConfigFor(&rest.Config{Host: cfg.Host, TLSClientConfig: rest.TLSClientConfig{CAData: cfg.CAData}}); err != nil {
		return nil, refuse("certificate-authority-data holds no PEM certificate; put the API server's certificate authority there")
	}
	if _, err := rest.TLSConfigFor(cfg); err != nil {
		return nil, refuse("client-certificate-data and client-key-data are not a PEM certificate and its key; write both anew, or use a token")
	}
	return cfg, nil
}

// yamlLine finds the line number in an error of the YAML reader.
var yamlLine = regexp.MustCompile(`\bline (\d+)\b`)

func load(raw []byte) (*api.Config, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, refuse("the kubeconfig is empty; write one there")
	}
	if len(raw) > maxKubeconfig {
		return nil, refuse("the kubeconfig is larger than %d KiB; leave only this cluster, its user and one context in it", maxKubeconfig>>10)
	}
	if err := checkYAML(raw); err != nil {
		return nil, err
	}
	doc, err := clientcmd.Load(raw)
	if err != nil {
		return nil, refuse("the kubeconfig cannot be read: a field has the wrong type, or a name is there twice; write it anew, for example with kubectl config view --raw --minify --flatten")
	}
	return doc, nil
}

// checkYAML refuses aliases: a kubeconfig needs none, and a few hundred bytes of
// them unfold to gigabytes. The nodes that are looked at are not unfolded yet.
func checkYAML(raw []byte) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		where := ""
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			where = " (line " + m[1] + ")"
		}
		return refuse("the kubeconfig is not valid YAML%s; correct it", where)
	}
	if hasAlias(&doc) {
		return refuse("the kubeconfig uses YAML aliases (*name); write the values out")
	}
	return nil
}

func hasAlias(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode {
		return true
	}
	for _, child := range n.Content {
		if hasAlias(child) {
			return true
		}
	}
	return false
}

// choose finds the one cluster and user that the kubeconfig is about. Entries that
// its context does not use are of no interest.
func choose(doc *api.Config) (*api.Cluster, *api.AuthInfo, error) {
	name := doc.CurrentContext
	switch {
	case len(doc.Contexts) == 0:
		return nil, nil, refuse("the kubeconfig has no context; add one that names a cluster and a user")
	case name == "" && len(doc.Contexts) > 1:
		return nil, nil, refuse("the kubeconfig has several contexts and no current-context; set current-context")
	case name == "":
		for only := range doc.Contexts {
			name = only
		}
	}
	context := doc.Contexts[name]
	if context == nil {
		return nil, nil, refuse("current-context names %q, which is not among the contexts; correct it", name)
	}
	cluster, user := doc.Clusters[context.Cluster], doc.AuthInfos[context.AuthInfo]
	if cluster == nil {
		return nil, nil, refuse("context %q names the cluster %q, which is not among the clusters; correct it", name, context.Cluster)
	}
	if user == nil {
		return nil, nil, refuse("context %q names the user %q, which is not among the users; correct it", name, context.AuthInfo)
	}
	return cluster, user, nil
}

func checkCluster(c *api.Cluster) error {
	server := strings.TrimSpace(c.Server)
	u, err := url.Parse(server)
	switch {
	case server == "":
		return refuse("server is missing; give the address of the API server, such as https://10.0.0.1:6443")
	case err != nil || u.Hostname() == "":
		return refuse("server is not an address; it should look like https://10.0.0.1:6443")
	case u.Scheme != "https":
		return refuse("server does not begin with https://; plain http would show the credentials to everyone on the way: use https")
	case u.User != nil:
		return refuse("server holds a user or password; take it out and use a token")
	case u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(server, "?#"):
		return refuse("server holds a query or fragment (after ? or #); take it out")
	case c.InsecureSkipTLSVerify:
		return refuse("insecure-skip-tls-verify is not allowed: anyone on the way could read the token; put the API server's certificate authority in certificate-authority-data (and tls-server-name, if the name differs)")
	case c.CertificateAuthority != "":
		return refuse("certificate-authority names a file, and files are not read; put the certificate in certificate-authority-data (kubectl config view --raw --flatten does it)")
	case c.ProxyURL != "":
		return refuse("proxy-url is not allowed: it would send the traffic elsewhere; let Grafana reach the API server directly, or by the proxy that Grafana itself is set to use")
	}
	return nil
}

func checkUser(u *api.AuthInfo) error {
	const useToken = "use the token of a service account instead"
	switch {
	case u.Exec != nil:
		return refuse("exec is not allowed: it would run a program in Grafana; %s", useToken)
	case u.AuthProvider != nil:
		return refuse("auth-provider is not allowed: it would run a login plugin in Grafana; %s", useToken)
	case u.TokenFile != "":
		return refuse("tokenFile names a file, and files are not read; put the token itself in token")
	case u.ClientCertificate != "":
		return refuse("client-certificate names a file, and files are not read; put the certificate in client-certificate-data, or %s", useToken)
	case u.ClientKey != "":
		return refuse("client-key names a file, and files are not read; put the key in client-key-data, or %s", useToken)
	case u.Impersonate != "" || u.ImpersonateUID != "" || len(u.ImpersonateGroups) > 0 || len(u.ImpersonateUserExtra) > 0:
		return refuse("as, as-uid, as-groups and as-user-extra (acting as somebody else) are not allowed; give that account's own token")
	case u.Username != "" || u.Password != "":
		// No supported API server takes them any more; letting them in would only
		// send a password to whoever answers.
		return refuse("username and password are not allowed: Kubernetes no longer takes them; %s", useToken)
	}
	return checkCredentials(u)
}

func checkCredentials(u *api.AuthInfo) error {
	hasCert, hasKey := len(u.ClientCertificateData) > 0, len(u.ClientKeyData) > 0
	token := strings.TrimSpace(u.Token)
	switch {
	case token == "" && !hasCert && !hasKey:
		return refuse("there are no credentials; put the token of a service account in token")
	case hasCert != hasKey:
		return refuse("client-certificate-data and client-key-data belong together, and one of them is missing; add it, or use the token of a service account")
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return refuse("token holds spaces or other characters that no token has; copy it again")
	}
	return nil
}
