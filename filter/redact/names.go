package redact

import (
	"context"
	"net/netip"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

func collect(_ context.Context, _ *dump.Dump, _ Options) ([]netip.Prefix, error) { return nil, nil }

func (r *redactor) named(_ *walker, _ contrail.Class, text []byte, _ state) ([]byte, bool) {
	return text, false
}
func (r *redactor) namedNumber(_ contrail.Class, raw []byte) ([]byte, bool) { return raw, false }
func (r *redactor) pseudonym(_ contrail.Class, text []byte) ([]byte, bool) {
	return r.placeholder(text), true
}
func (r *redactor) forKnown(replacement []byte) []byte          { return replacement }
func (w *walker) numbered(_ int, _ []byte, at *place, st state) { w.value(at, st) }
