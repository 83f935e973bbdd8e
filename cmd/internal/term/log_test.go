package term

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestLog(t *testing.T) {
	var b strings.Builder
	log := slog.New(NewLogHandler(&b, "dumptool", slog.LevelInfo))
	log.Debug("unseen")
	log.Info("the byte order mark is dropped")
	log.Warn("odd \x1b[2J", "row", "a\nb", "bytes", 12)
	log.Error("cannot", "err", errors.New("why"))
	log.With("file", "a.json").WithGroup("zk").With("path", "/x").Info("member", slog.Group("at", "line", 7))
	want := "" +
		"dumptool: note: the byte order mark is dropped\n" +
		"dumptool: warning: odd \\x1b[2J (row a\\nb, bytes 12)\n" +
		"dumptool: cannot (err why)\n" +
		"dumptool: note: member (file a.json, zk.path /x, zk.at.line 7)\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
