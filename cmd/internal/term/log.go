package term

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
)

// NewLogHandler returns a handler that writes messages for people: "prefix: warning: message (key value, key value)".
// Info is a note, below it is detail that was asked for.
func NewLogHandler(w io.Writer, prefix string, level slog.Leveler) slog.Handler {
	return &logHandler{w: w, prefix: prefix, level: level, mu: new(sync.Mutex)}
}

type logHandler struct {
	w      io.Writer
	prefix string
	level  slog.Leveler
	mu     *sync.Mutex // shared by the handlers derived from one
	group  string
	attrs  []string
}

func (h *logHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= h.level.Level()
}

func (h *logHandler) Handle(_ context.Context, r slog.Record) error {
	kind := ""
	switch {
	case r.Level < slog.LevelInfo:
		kind = "debug: "
	case r.Level < slog.LevelWarn:
		kind = "note: "
	case r.Level < slog.LevelError:
		kind = "warning: "
	}
	attrs := slices.Clip(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		attrs = appendAttr(attrs, h.group, a)
		return true
	})
	line := h.prefix + ": " + kind + EscapeLines(r.Message)
	if len(attrs) > 0 {
		line += " (" + strings.Join(attrs, ", ") + ")"
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := io.WriteString(h.w, line+"\n")
	return err
}

func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	derived := *h
	derived.attrs = slices.Clip(h.attrs)
	for _, a := range attrs {
		derived.attrs = appendAttr(derived.attrs, h.group, a)
	}
	return &derived
}

func (h *logHandler) WithGroup(name string) slog.Handler {
	derived := *h
	if name != "" {
		derived.group += name + "."
	}
	return &derived
}

func appendAttr(list []string, group string, a slog.Attr) []string {
	value := a.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		if a.Key != "" {
			group += a.Key + "."
		}
		for _, member := range value.Group() {
			list = appendAttr(list, group, member)
		}
		return list
	}
	if a.Equal(slog.Attr{}) {
		return list
	}
	return append(list, Escape(group+a.Key+" "+value.String()))
}
