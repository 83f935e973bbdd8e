package inspect

import (
	"bytes"
	"context"
	"errors"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
)

// row is a row and where its value stands in the text.
type row struct {
	keyspace, table, key string
	dump.Place
}

// survey is what one reading notes to find rows again.
type survey struct {
	ref Ref
	// matches are the rows that ref may mean, the first few of them.
	matches []row
	matched int64
	// names are the rows of obj_fq_name_table: one for each type.
	names map[string]dump.Place
	// objects are the rows of obj_uuid_table, in chunks, as long as they are
	// few enough.
	objects     [][]objectRow
	room        int // for more of them
	tooMany     bool
	containers  []*Entry // keyspaces and tables
	prefix      []byte   // ref.UUID
	keyBuf      []byte
	wantObjects bool
}

// objectRow is a row of obj_uuid_table: 24 bytes.
type objectRow struct {
	hash uint64 // of the key, decoded
	dump.Place
}

const (
	maxMatches  = 16
	objectChunk = 2048
	// maxNameRows bounds what is kept of an obj_fq_name_table that is none.
	maxNameRows = 10_000
)

func newSurvey(ref Ref, wantObjects bool, memory int64) *survey {
	return &survey{ref: ref, prefix: []byte(ref.UUID), names: map[string]dump.Place{}, wantObjects: wantObjects, room: int(memory / 8 / 24)}
}

// outline notes what the outline of the dump has, and tells if that is enough
// to go by. Where it isn't, or has nothing that ref may mean, a full reading
// decides, which checks everything.
func (s *survey) outline(ctx context.Context, d *dump.Dump) (sure bool, err error) {
	empty := *s
	empty.names = map[string]dump.Place{}
	_, err = d.Outline(ctx, func(r *dump.OutlineRow) error {
		s.row(r.Keyspace, r.Table, r.Key, r.Place)
		return nil
	})
	if errors.Is(err, dump.ErrNoOutline) {
		*s = empty
		return false, nil
	}
	if err == nil && s.ref.Type == "" && s.matched == 0 {
		*s = empty
		return false, nil
	}
	return err == nil, err
}

// read notes what a reading of the whole dump comes to.
func (s *survey) read(ctx context.Context, d *dump.Dump) error {
	opts := d.Options()
	opts.DropLong, opts.LateDuplicates = true, true
	r, err := d.ReaderWith(ctx, opts)
	if err != nil {
		return err
	}
	defer r.Close()
	for r.Next() {
		switch r.Kind() {
		case dump.KeyspaceStart:
			s.container(Entry{Kind: EntryKeyspace, Path: dump.Path{Level: dump.AtKeyspace, Keyspace: r.Keyspace()}})
		case dump.TableStart:
			s.container(Entry{Kind: EntryTable, Path: dump.Path{Level: dump.AtTable, Keyspace: r.Keyspace(), Table: r.Table()}})
		case dump.RowEnd:
			start, end := r.Span()
			s.row(r.Keyspace(), r.Table(), r.Key(), dump.Place{Start: start, End: end})
		}
	}
	return r.Err()
}

func (s *survey) container(e Entry) { s.containers = append(s.containers, &e) }

// row notes a row.
func (s *survey) row(keyspace, table string, key dump.Text, place dump.Place) {
	s.keyBuf = key.AppendDecoded(s.keyBuf[:0])
	k := s.keyBuf
	if keyspace == objectKeyspace {
		switch table {
		case objectTable:
			if s.wantObjects && !s.tooMany {
				s.object(k, place)
			}
			if p := s.ref.UUID; p != "" && len(k) >= len(p) && bytes.EqualFold(k[:len(p)], s.prefix) && isUUIDPrefix(string(k)) {
				s.match(keyspace, table, k, place)
			}
		case nameTable:
			if len(s.names) < maxNameRows {
				s.names[string(k)] = place
			}
		}
	}
	if p := &s.ref.Path; p.Level >= dump.AtRow && p.Level != dump.AtZNode && string(k) == p.Row && table == p.Table && keyspace == p.Keyspace {
		s.match(keyspace, table, k, place)
	}
}

func (s *survey) match(keyspace, table string, key []byte, place dump.Place) {
	s.matched++
	if len(s.matches) < maxMatches {
		s.matches = append(s.matches, row{keyspace, table, string(key), place})
	}
}

func (s *survey) object(key []byte, place dump.Place) {
	if s.room--; s.room < 0 {
		s.objects, s.tooMany = nil, true
		return
	}
	last := len(s.objects) - 1
	if last < 0 || len(s.objects[last]) == cap(s.objects[last]) {
		s.objects = append(s.objects, make([]objectRow, 0, objectChunk))
		last++
	}
	s.objects[last] = append(s.objects[last], objectRow{hashKey(key), place})
}

// eachObject yields the rows that were noted.
func (s *survey) eachObject(yield func(*objectRow) bool) {
	for _, chunk := range s.objects {
		for i := range chunk {
			if !yield(&chunk[i]) {
				return
			}
		}
	}
}

func hashKey(key []byte) uint64 { return xxh3.Hash(key) }
