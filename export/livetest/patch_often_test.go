//go:build acceptance

package livetest

import (
	"testing"

	"github.com/dumptool/dumptool/export/internal/servers"
)

// Fifty random patches, thirty of them with odd changes, one after another, and twenty pairs that generate made.
func TestPatchLiveFifty(t *testing.T) {
	for i, v := range servers.Versions() {
		t.Run(string(v), func(t *testing.T) {
			patchOdd(t, shared(t, v), 15, int64(100*i+7))
			for n := range 10 {
				patchGenerated(t, shared(t, v), int64(1000*i+n), 1+n*n)
			}
		})
	}
}

// It is killed ten times, and goes on or back each time.
func TestPatchLiveKilledOften(t *testing.T) { patchKilled(t, "300", 10) }

// Somebody else writes to one of the cells at ten moments.
func TestPatchLiveMeddledOften(t *testing.T) { patchMeddled(t, "300", 10) }
