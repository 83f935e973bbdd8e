package inspect

import (
	"context"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// resolve fills in the names of the objects that obj is linked to, from their
// own rows. s is the survey of the dump.
func (o *objectReader) resolve(ctx context.Context, d *dump.Dump, s *survey, obj *contrail.Object) error {
	if x, _, err := indexOf(d); x != nil || err != nil {
		if err != nil {
			return err
		}
		return o.resolveIndexed(d, x, obj)
	}
	wanted := map[uint64][]string{}
	obj.Resolve(func(_, uuid string) []string {
		wanted[hashKey([]byte(uuid))] = nil
		return nil
	})
	if len(wanted) == 0 {
		return nil
	}
	var err error
	if s.tooMany {
		err = namesOfAll(ctx, d, wanted)
	} else {
		err = o.namesOf(ctx, s, wanted)
	}
	if err != nil {
		return err
	}
	obj.Resolve(func(_, uuid string) []string { return wanted[hashKey([]byte(uuid))] })
	return nil
}

// namesOf reads the wanted rows one by one, in the order of the text.
func (o *objectReader) namesOf(ctx context.Context, s *survey, wanted map[uint64][]string) error {
	for r := range s.eachObject {
		if _, ok := wanted[r.hash]; !ok {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := o.head(r.Place)
		if err != nil {
			return err
		}
		wanted[r.hash] = h.fqName
	}
	return nil
}

// head reads a row as far as it takes to know its name.
func (o *objectReader) head(p dump.Place) (head, error) {
	var h head
	o.rows.ResetRow(o.text, p)
	for h.fqName == nil && o.rows.Next() {
		if o.rows.Kind() == dump.CellRead {
			h.add(o.rows.Cell())
		}
	}
	return h, o.rows.Err()
}

// fullHead reads a row to its end.
func (o *objectReader) fullHead(p dump.Place) (head, error) {
	var h head
	o.rows.ResetRow(o.text, p)
	for o.rows.Next() {
		if o.rows.Kind() == dump.CellRead {
			h.add(o.rows.Cell())
		}
	}
	return h, o.rows.Err()
}

// namesOfAll reads the whole dump.
func namesOfAll(ctx context.Context, d *dump.Dump, wanted map[uint64][]string) error {
	var key []byte
	return eachObject(ctx, d, func(r *dump.Reader, h *head) error {
		key = r.Key().AppendDecoded(key[:0])
		hash := hashKey(key)
		if _, ok := wanted[hash]; ok {
			wanted[hash] = h.fqName
		}
		return nil
	})
}

// eachObject reads the whole dump and calls f at the end of each row of
// obj_uuid_table.
func eachObject(ctx context.Context, d *dump.Dump, f func(*dump.Reader, *head) error) error {
	opts := d.Options()
	opts.DropLong, opts.LateDuplicates = true, true
	r, err := d.ReaderWith(ctx, opts)
	if err != nil {
		return err
	}
	defer r.Close()
	var h head
	objects := false
	for r.Next() {
		switch r.Kind() {
		case dump.TableStart:
			objects = isObjects(r)
		case dump.RowStart:
			h.reset()
		case dump.CellRead:
			if objects {
				h.add(r.Cell())
			}
		case dump.RowEnd:
			if objects {
				if err := f(r, &h); err != nil {
					return err
				}
			}
		}
	}
	return r.Err()
}
