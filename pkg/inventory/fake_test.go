package inventory

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
)

// cluster is an API server that lists and watches any objects. It can misbehave.
type cluster struct {
	*httptest.Server
	t *testing.T

	mu     sync.Mutex
	groups object                      // what /apis answers
	kinds  map[string]string           // by path, such as /api/v1/pods
	broken map[string]http.HandlerFunc // by path, or "" for all
	have   map[string]object           // by path, namespace and name
	told   []change
	news   chan struct{} // closed with the next change
	asked  []string      // path, and "watch" or "list"
	older  bool          // it knows no lists in watches
}

type change struct {
	path, how string
	what      object
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{t: t, kinds: map[string]string{}, broken: map[string]http.HandlerFunc{}, have: map[string]object{}, news: make(chan struct{})}
	var served []string
	for _, k := range kinds() {
		prefix := "/apis/" + k.resource.Group + "/"
		if k.resource.Group == "" {
			prefix = "/api/"
		}
		c.kinds[prefix+k.versions[0]+"/"+k.resource.Resource] = k.name
		served = append(served, k.resource.Group+"/"+k.versions[0])
	}
	c.groups = groups(served...)
	c.Server = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(func() { c.CloseClientConnections(); c.Close() })
	return c
}

func (c *cluster) serve(w http.ResponseWriter, r *http.Request) {
	watches := r.URL.Query().Get("watch") != ""
	c.mu.Lock()
	how := " list"
	if watches {
		how = " watch"
	}
	c.asked = append(c.asked, r.URL.Path+how)
	broken, kind, served, older := c.broken[r.URL.Path], c.kinds[r.URL.Path], c.groups, c.older
	if all := c.broken[""]; all != nil {
		broken = all
	}
	c.mu.Unlock()
	switch {
	case broken != nil:
		broken(w, r)
	case r.URL.Path == "/apis":
		_ = json.NewEncoder(w).Encode(served)
	case kind == "":
		status(w, http.StatusNotFound)
	case watches && older && r.URL.Query().Get("sendInitialEvents") != "":
		status(w, http.StatusUnprocessableEntity)
	case watches:
		c.watch(w, r, kind)
	default:
		c.list(w, r, kind)
	}
}

// list answers page by page, two objects each when a limit is given.
func (c *cluster) list(w http.ResponseWriter, r *http.Request, kind string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	items := c.of(r.URL.Path)
	from, _ := strconv.Atoi(r.URL.Query().Get("continue"))
	metadata := object{"resourceVersion": strconv.Itoa(len(c.told))}
	items = items[min(from, len(items)):]
	if len(items) > 2 && r.URL.Query().Get("limit") != "" {
		items = items[:2]
		metadata["continue"] = strconv.Itoa(from + 2)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(object{"kind": kind + "List", "apiVersion": versionOf(r.URL.Path), "metadata": metadata, "items": items})
}

// of are the objects of a path, sorted; c must be locked.
func (c *cluster) of(path string) []object {
	items := []object{}
	var keys []string
	for key := range c.have {
		if strings.HasPrefix(key, path+" ") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		items = append(items, c.have[key])
	}
	return items
}

func versionOf(path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	return strings.Join(parts[1:len(parts)-1], "/")
}

func (c *cluster) watch(w http.ResponseWriter, r *http.Request, kind string) {
	w.Header().Set("Content-Type", "application/json")
	send := func(how string, what object) {
		raw, _ := json.Marshal(what)
		_ = json.NewEncoder(w).Encode(metav1.WatchEvent{Type: how, Object: runtime.RawExtension{Raw: raw}})
	}
	next, _ := strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	c.mu.Lock()
	if r.URL.Query().Get("sendInitialEvents") != "" {
		next = len(c.told)
		for _, o := range c.of(r.URL.Path) {
			send("ADDED", o)
		}
		send("BOOKMARK", object{"kind": kind, "apiVersion": versionOf(r.URL.Path), "metadata": object{
			"resourceVersion": strconv.Itoa(next), "annotations": map[string]string{metav1.InitialEventsAnnotationKey: "true"}}})
	}
	c.mu.Unlock()
	_ = http.NewResponseController(w).Flush()
	for {
		c.mu.Lock()
		events, news := c.told[min(next, len(c.told)):], c.news
		next = len(c.told)
		c.mu.Unlock()
		for _, e := range events {
			if e.path == r.URL.Path {
				send(e.how, e.what)
			}
		}
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-news:
		}
	}
}

// put writes an object.
func (c *cluster) put(path, namespace, name string, rest object) {
	c.mu.Lock()
	defer c.mu.Unlock()
	metadata := object{"namespace": namespace, "name": name, "resourceVersion": strconv.Itoa(len(c.told) + 1)}
	for key, value := range rest {
		if slices.Contains([]string{"labels", "annotations", "ownerReferences", "generation", "uid", "creationTimestamp", "managedFields"}, key) {
			metadata[key] = value
		}
	}
	o := object{"kind": c.kinds[path], "apiVersion": versionOf(path), "metadata": metadata, "spec": rest["spec"], "status": rest["status"]}
	how, key := "ADDED", path+" "+namespace+"/"+name
	if c.have[key] != nil {
		how = "MODIFIED"
	}
	c.have[key] = o
	c.tell(change{path, how, o})
}

func (c *cluster) remove(path, namespace, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := path + " " + namespace + "/" + name
	o := c.have[key]
	delete(c.have, key)
	c.tell(change{path, "DELETED", o})
}

// tell notes a change; c must be locked.
func (c *cluster) tell(e change) {
	c.told = append(c.told, e)
	close(c.news)
	c.news = make(chan struct{})
}

// breaks lets a path, or "" for all, be answered by h; nil makes all well again.
func (c *cluster) breaks(path string, h http.HandlerFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken[path] = h
}

// serves says which group versions there are.
func (c *cluster) serves(versions ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.groups = groups(versions...)
}

// requests counts those whose path and kind hold a text.
func (c *cluster) requests(text string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.asked {
		if strings.Contains(a, text) {
			n++
		}
	}
	return n
}

func forbidden(w http.ResponseWriter, _ *http.Request) { status(w, http.StatusForbidden) }

func hole(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// watches watch the cluster until the test ends.
func (c *cluster) watches(opts Options) *Watches {
	c.t.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	ctx, cancel := context.WithCancel(context.Background())
	w, err := Watch(ctx, &rest.Config{Host: c.URL, QPS: -1}, client, opts)
	require.NoError(c.t, err)
	c.t.Cleanup(func() {
		cancel()
		select {
		case <-w.Done():
		case <-time.After(soon):
			c.t.Error("the watches do not end")
		}
		client.CloseIdleConnections()
	})
	return w
}

const (
	soon  = 10 * time.Second
	often = 5 * time.Millisecond
)
