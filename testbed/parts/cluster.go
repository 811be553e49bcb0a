package parts

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Cluster is one Kubernetes cluster: an etcd and a kube-apiserver. There is no
// scheduler, no controller and no kubelet.
type Cluster struct {
	Name string

	bin   Binaries
	dir   string
	ports clusterPorts
	args  []string
	token string
	ctx   context.Context
	etcd  *process
	api   *process
}

// clusterPorts are what a cluster listens on: the API server, and etcd for it and
// for other members, of which there are none.
type clusterPorts struct{ api, etcd, peers *heldPort }

func holdClusterPorts() (ports clusterPorts, err error) {
	for _, port := range []**heldPort{&ports.api, &ports.etcd, &ports.peers} {
		if *port, err = holdPort(); err != nil {
			ports.release()
			return clusterPorts{}, err
		}
	}
	return ports, nil
}

func (p clusterPorts) release() {
	p.api.release()
	p.etcd.release()
	p.peers.release()
}

// StartCluster starts a cluster in dir and returns when the API server is ready.
// Both processes end with ctx.
func StartCluster(ctx context.Context, bin Binaries, dir, name string) (*Cluster, error) {
	ports, err := holdClusterPorts()
	if err != nil {
		return nil, fmt.Errorf("cluster %s: %w", name, err)
	}
	c := &Cluster{Name: name, bin: bin, dir: dir, ports: ports, ctx: ctx}
	if err := c.startStore(); err != nil {
		c.Stop()
		return nil, fmt.Errorf("cluster %s: %w", name, err)
	}
	if err := c.Start(ctx); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// startStore starts etcd, and says how the API server is to be started.
func (c *Cluster) startStore() error {
	if err := c.writeCredentials(); err != nil {
		return err
	}
	client, peer := "http://"+c.ports.etcd.address(), "http://"+c.ports.peers.address()
	var err error
	c.etcd, err = run(c.ctx, c.dir, "etcd", c.bin.Etcd,
		"--data-dir="+filepath.Join(c.dir, "etcd"), "--name="+c.Name, "--log-level=warn", "--unsafe-no-fsync",
		"--socket-reuse-port=true", // see heldPort
		"--listen-client-urls="+client, "--advertise-client-urls="+client,
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer, "--initial-cluster="+c.Name+"="+peer)
	if err != nil {
		return err
	}
	c.args = []string{
		"--etcd-servers=" + client,
		fmt.Sprintf("--secure-port=%d", c.ports.api.number), "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
		"--permit-port-sharing", // see heldPort
		"--cert-dir=" + filepath.Join(c.dir, "certs"),
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + filepath.Join(c.dir, "sa.key"),
		"--service-account-signing-key-file=" + filepath.Join(c.dir, "sa.key"),
		"--service-cluster-ip-range=10.96.0.0/16",
		"--token-auth-file=" + filepath.Join(c.dir, "tokens.csv"),
		"--authorization-mode=RBAC",
		// It would refuse pods because nobody creates their tokens here.
		"--disable-admission-plugins=ServiceAccount",
		"--profiling=false",
	}
	return nil
}

// Start starts the API server, or starts it again after Kill, on the same port
// with the same data. It returns when the server is ready.
func (c *Cluster) Start(ctx context.Context) error {
	api, err := run(c.ctx, c.dir, "kube-apiserver", c.bin.APIServer, c.args...)
	if err != nil {
		return fmt.Errorf("cluster %s: %w", c.Name, err)
	}
	c.api = api
	if err := api.ready(ctx, 60*time.Second, c.healthy); err != nil {
		return fmt.Errorf("cluster %s: %w", c.Name, err)
	}
	return nil
}

func (c *Cluster) healthy(ctx context.Context) error {
	config, err := c.Admin()
	if err != nil {
		return err
	}
	config.Timeout = 2 * time.Second
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	return clients.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
}

// Admin returns how to reach the cluster as its administrator, without limits on
// the client's side.
func (c *Cluster) Admin() (*rest.Config, error) {
	ca, err := c.CA()
	if err != nil {
		return nil, err
	}
	return &rest.Config{Host: c.URL(), BearerToken: c.token, QPS: -1,
		TLSClientConfig: rest.TLSClientConfig{CAData: ca}}, nil
}

// URL is the address of the API server.
func (c *Cluster) URL() string { return "https://" + c.ports.api.address() }

// CA returns the certificates, in PEM, that the API server's own one is signed with.
func (c *Cluster) CA() ([]byte, error) {
	return os.ReadFile(filepath.Join(c.dir, "certs", "apiserver.crt"))
}

// Pause makes the API server a black hole: connections are accepted by the
// kernel and never answered. Resume ends that.
func (c *Cluster) Pause() { c.api.signal(syscall.SIGSTOP) }

// Resume lets a paused API server go on.
func (c *Cluster) Resume() { c.api.signal(syscall.SIGCONT) }

// Kill ends the API server at once; connections to it are refused until Start.
func (c *Cluster) Kill() { c.api.kill() }

// Stop ends both processes, waits for their end and gives their ports back.
func (c *Cluster) Stop() {
	for _, p := range []*process{c.api, c.etcd} {
		if p != nil {
			p.stop()
		}
	}
	c.ports.release()
}

// writeCredentials makes the key that signs service account tokens and the
// administrator's token.
func (c *Cluster) writeCredentials() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	c.token = hex.EncodeToString(random)
	private := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	if err := os.WriteFile(filepath.Join(c.dir, "sa.key"), private, 0o600); err != nil {
		return err
	}
	admin := c.token + `,admin,admin,"system:masters"` + "\n"
	return os.WriteFile(filepath.Join(c.dir, "tokens.csv"), []byte(admin), 0o600)
}
