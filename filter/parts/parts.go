// Package parts tells which type or project the rows of a dump belong to, for
// the splitting of dumps. It needs one reading before the splitting, because the
// type of an object comes last in its row, and keeps four bytes for each row in
// a temporary file.
package parts

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/volume"
	"github.com/dumptool/dumptool/internal/spill"
)

// Other is the part of rows that belong to no type or project.
const Other = "other"

// Of so many names, no longer than that, parts are made; they are kept in memory.
const (
	most    = 100000
	longest = 1 << 10 // bytes
)

// byCell stands for a row whose cells belong to different parts; a number for
// each cell follows.
const byCell = 1<<32 - 1

// Parts is what one reading has found out.
type Parts struct {
	project  bool
	file     *spill.File
	names    []string
	ids      map[string]uint32
	projects map[string]bool
	in       *bufio.Reader
	row      int64
	part     uint32
}

// Read reads the dump. The parts are projects, or else types.
func Read(ctx context.Context, d *dump.Dump, project bool) (*Parts, error) {
	file, err := d.Options().Temp.Create()
	if err != nil {
		return nil, err
	}
	p := &Parts{project: project, file: file, names: []string{Other}, ids: map[string]uint32{Other: 0}, projects: map[string]bool{}, row: -1}
	if err := p.read(ctx, d); err != nil {
		file.Close()
		return nil, err
	}
	p.in = bufio.NewReaderSize(file.Section(0, file.Size()), 64<<10)
	return p, nil
}

// Close gives the temporary file back.
func (p *Parts) Close() error { return p.file.Close() }

func (p *Parts) read(ctx context.Context, d *dump.Dump) error {
	d.Keep()
	o := d.Options()
	o.DropLong = true
	r, err := d.ReaderWith(ctx, o)
	if err != nil {
		return err
	}
	defer r.Close()
	w := bufio.NewWriterSize(p.file, 64<<10)
	put := func(id uint32) {
		var b [4]byte
		binary.LittleEndian.PutUint32(b[:], id)
		w.Write(b[:]) // the error stays, and Flush returns it
	}
	var typ, name string
	for r.Next() {
		objects, index := r.Table() == "obj_uuid_table", r.Table() == "obj_fq_name_table"
		switch r.Kind() {
		case dump.RowStart:
			typ, name = "", ""
			if index && p.project {
				put(byCell)
			}
		case dump.CellRead:
			c := r.Cell()
			switch {
			case objects && c.Name.Is("type"):
				typ = text(&c.Value)
			case objects && c.Name.Is("fq_name"):
				name = joined(&c.Value)
			case index && p.project:
				fq, _, _ := contrail.SplitNameColumn(c.Name.Decoded())
				id, err := p.id(projectOf(string(fq)))
				if err != nil {
					return err
				}
				put(id)
			}
		case dump.RowEnd:
			part := typ
			if p.project {
				if part = projectOf(name); typ == "project" {
					p.projects[name] = true
				}
			} else if index {
				part = contrail.NormalizeType(r.Key().String())
			}
			if index && p.project {
				continue
			}
			id, err := p.id(part)
			if err != nil {
				return err
			}
			put(id)
		}
	}
	return errors.Join(r.Err(), w.Flush())
}

// id returns the number of a part.
func (p *Parts) id(part string) (uint32, error) {
	if part == "" || len(part) > longest {
		return 0, nil
	}
	id, ok := p.ids[part]
	if !ok {
		if len(p.names) == most {
			return 0, fmt.Errorf("more than %d names of types or projects; split by size", most)
		}
		id = uint32(len(p.names))
		p.names = append(p.names, part)
		p.ids[part] = id
	}
	return id, nil
}

// Choose is the volume.Chooser. It can be used for one splitting.
func (p *Parts) Choose(it *volume.Item) (string, error) {
	if it.Row < 0 {
		if it.Keyspace == "" {
			return volume.PartZooKeeper, nil
		}
		return Other, nil
	}
	if it.Row != p.row {
		p.row = it.Row
		if err := p.next(); err != nil {
			return "", err
		}
		if p.part == byCell {
			return p.cell(it)
		}
	} else if p.part == byCell {
		return p.cell(it)
	}
	return p.name(p.part), nil
}

func (p *Parts) cell(it *volume.Item) (string, error) {
	if it.Cell < 0 {
		return Other, nil
	}
	if err := p.next(); err != nil {
		return "", err
	}
	part := p.part
	p.part = byCell
	return p.name(part), nil
}

func (p *Parts) next() error {
	var b [4]byte
	if _, err := io.ReadFull(p.in, b[:]); err != nil {
		return fmt.Errorf("the dump has changed while it was read: %w", err)
	}
	p.part = binary.LittleEndian.Uint32(b[:])
	return nil
}

// name returns a part; of projects only those that there are.
func (p *Parts) name(id uint32) string {
	if name := p.names[id]; !p.project || p.projects[name] {
		return name
	}
	return Other
}

// text decodes a value that is a JSON string.
func text(v *dump.Value) string {
	var s string
	if v.Long() || !v.IsText || json.Unmarshal(v.Text().Decoded(), &s) != nil {
		return ""
	}
	return s
}

// joined decodes an fq_name and joins it with colons.
func joined(v *dump.Value) string {
	var s []string
	if v.Long() || !v.IsText || json.Unmarshal(v.Text().Decoded(), &s) != nil {
		return ""
	}
	return strings.Join(s, ":")
}

// projectOf returns the first two components of a joined name.
func projectOf(name string) string {
	domain, rest, ok := strings.Cut(name, ":")
	if !ok {
		return ""
	}
	project, _, _ := strings.Cut(rest, ":")
	return domain + ":" + project
}
