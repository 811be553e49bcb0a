package lab

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/objects"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/parts"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

const (
	system  = "istio-system"
	account = "meshatlas" // of deploy/reader
)

// Cluster is one running cluster. Pause, Resume, Kill and Start break and mend its
// API server.
type Cluster struct {
	*parts.Cluster
	Clients kubernetes.Interface // as administrator
	Objects *objects.Client      // as administrator, for objects of any kind

	scenario scenario.Cluster
	ca       []byte
	admin    string

	mu     sync.Mutex // guards what follows
	token  string     // of the data source's account
	bound  string     // the secret that the token is bound to
	tokens int        // how many there have been
}

func newCluster(c *parts.Cluster, s scenario.Cluster) (*Cluster, error) {
	config, err := c.Admin()
	if err != nil {
		return nil, err
	}
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	writer, err := objects.Connect(config)
	if err != nil {
		return nil, err
	}
	return &Cluster{Cluster: c, Clients: clients, Objects: writer, scenario: s, ca: config.CAData, admin: config.BearerToken}, nil
}

// fill writes the cluster's objects and makes the first token.
func (c *Cluster) fill(ctx context.Context, w *objects.Writer, progress io.Writer) error {
	start, total := time.Now(), 0
	var said time.Time
	var mu sync.Mutex // guards total and said
	err := w.Write(ctx, c.Objects, c.scenario, func(done, of int) {
		mu.Lock()
		defer mu.Unlock()
		total = of
		if said.IsZero() { // the first is written: what comes now takes time only when it is much
			said = time.Now()
		}
		if time.Since(said) > 5*time.Second {
			said = time.Now()
			fmt.Fprintf(progress, "cluster %s: %d of %d objects written\n", c.Name, done, of)
		}
	})
	if err != nil {
		return fmt.Errorf("cluster %s: %w", c.Name, err)
	}
	fmt.Fprintf(progress, "cluster %s: resource definitions, rights and %d objects written in %s\n", c.Name, total, time.Since(start).Round(100*time.Millisecond))
	_, err = c.RotateToken(ctx)
	return err
}

// RotateToken gives the data source's account a new token and makes the one before
// useless: API servers refuse it within about ten seconds, which is how long they
// remember a good token. It returns the new kubeconfig; whoever holds the old one
// has to be given it.
func (c *Cluster) RotateToken(ctx context.Context) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	secrets := c.Clients.CoreV1().Secrets(system)
	c.tokens++
	secret, err := secrets.Create(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		Name: fmt.Sprintf("%s-token-%d", account, c.tokens), Namespace: system}}, metav1.CreateOptions{})
	if err != nil {
		return nil, fmt.Errorf("cluster %s: make a token: %w", c.Name, err)
	}
	seconds := int64(24 * 3600)
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds,
		BoundObjectRef: &authenticationv1.BoundObjectReference{Kind: "Secret", APIVersion: "v1", Name: secret.Name, UID: secret.UID}}}
	answer, err := c.Clients.CoreV1().ServiceAccounts(system).CreateToken(ctx, account, request, metav1.CreateOptions{})
	if err != nil {
		return nil, fmt.Errorf("cluster %s: make a token: %w", c.Name, err)
	}
	old := c.bound
	c.token, c.bound = answer.Status.Token, secret.Name
	if old != "" {
		if err := secrets.Delete(ctx, old, metav1.DeleteOptions{}); err != nil {
			return nil, fmt.Errorf("cluster %s: end the old token: %w", c.Name, err)
		}
	}
	return Kubeconfig(c.Name, c.URL(), c.ca, c.token), nil
}

// Kubeconfig is the kubeconfig of the data source's account, with its newest token.
func (c *Cluster) Kubeconfig() []byte { return c.KubeconfigAt(c.URL()) }

// KubeconfigAt is the same with another address, such as a detour's.
func (c *Cluster) KubeconfigAt(server string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Kubeconfig(c.Name, server, c.ca, c.token)
}

// AdminKubeconfig is the kubeconfig of the cluster's administrator.
func (c *Cluster) AdminKubeconfig() []byte { return Kubeconfig(c.Name, c.URL(), c.ca, c.admin) }

// Kubeconfig writes a kubeconfig with one context that holds everything in itself,
// as the scripts of Kiali and Istio do.
func Kubeconfig(cluster, server string, ca []byte, token string) []byte {
	config := clientcmdapi.NewConfig()
	config.Clusters[cluster] = &clientcmdapi.Cluster{Server: server, CertificateAuthorityData: ca}
	config.AuthInfos[cluster] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts[cluster] = &clientcmdapi.Context{Cluster: cluster, AuthInfo: cluster}
	config.CurrentContext = cluster
	data, err := clientcmd.Write(*config)
	if err != nil { // a value of four strings always encodes
		panic(err)
	}
	return data
}
