package filter

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// What is known of an object.
const (
	exists  uint8 = 1 << iota // it has a row
	kept                      // it is in the result
	removed                   // it is below one that is left out with all that names it
	below                     // it is, or is below, one that is kept with all below it
	needed                    // it is kept only because others need it
)

// linkKind says what a link stands for.
type linkKind uint8

const (
	toParent linkKind = iota
	toChild
	toTarget
	toOwner // of a route target: who it was given to
)

// objects is what is known of the objects of a dump, and their links.
type objects struct {
	uuids ids
	flags []uint8
	types []uint16 // of typeNames

	typeNames []string
	typeIDs   map[string]uint16

	names  ids      // "type name" of what others go by
	owners []uint32 // object + 1, by number of the name

	links    *spill.File
	w        *bufio.Writer
	numLinks int64
	pairs    [][2]uint32 // names of route target and owner
	key      []byte
}

func newObjects(temp spill.Dir) (*objects, error) {
	f, err := temp.Create()
	if err != nil {
		return nil, err
	}
	return &objects{links: f, w: bufio.NewWriterSize(f, 64<<10), typeIDs: map[string]uint16{}}, nil
}

func (o *objects) close() error { return o.links.Close() }

// object returns the number of the object with a uuid.
func (o *objects) object(h dump.Hash) uint32 {
	id := o.uuids.intern(h)
	if int(id) == len(o.flags) {
		o.flags = append(o.flags, 0)
		o.types = append(o.types, 0)
	}
	return id
}

// typeID returns the number of a type.
func (o *objects) typeID(name string) (uint16, error) {
	id, ok := o.typeIDs[name]
	if !ok {
		if len(o.typeNames) > 0xffff {
			return 0, errors.New("the dump has more than 65,536 types of objects")
		}
		id = uint16(len(o.typeNames))
		o.typeNames = append(o.typeNames, name)
		o.typeIDs[strings.Clone(name)] = id
	}
	return id, nil
}

func (o *objects) typeOf(id uint32) string { return o.typeNames[o.types[id]] }

func (o *objects) has(id uint32, flag uint8) bool { return o.flags[id]&flag != 0 }

// link notes a link between two objects.
func (o *objects) link(k linkKind, from, to uint32) error {
	var rec [9]byte
	rec[0] = byte(k)
	binary.LittleEndian.PutUint32(rec[1:], from)
	binary.LittleEndian.PutUint32(rec[5:], to)
	o.numLinks++
	_, err := o.w.Write(rec[:])
	return err
}

// eachLink goes over all links.
func (o *objects) eachLink(visit func(k linkKind, from, to uint32)) error {
	if err := o.w.Flush(); err != nil {
		return err
	}
	r := bufio.NewReaderSize(o.links.Section(0, o.links.Size()), 256<<10)
	var rec [9]byte
	for range o.numLinks {
		if _, err := io.ReadFull(r, rec[:]); err != nil {
			return err
		}
		visit(linkKind(rec[0]), binary.LittleEndian.Uint32(rec[1:]), binary.LittleEndian.Uint32(rec[5:]))
	}
	return nil
}

func (o *objects) nameKey(kind string, name []byte) dump.Hash {
	o.key = append(append(append(o.key[:0], kind...), ' '), name...)
	return hashName(o.key)
}

func (o *objects) nameID(kind string, name []byte) uint32 {
	id := o.names.intern(o.nameKey(kind, name))
	if int(id) == len(o.owners) {
		o.owners = append(o.owners, 0)
	}
	return id
}

// own says that something which goes by a name belongs to an object. The first
// one has it.
func (o *objects) own(kind string, name []byte, object uint32) {
	if id := o.nameID(kind, name); o.owners[id] == 0 {
		o.owners[id] = object + 1
	}
}

// owner finds the object that has a name; of several kinds the first that has.
func (o *objects) owner(name []byte, kinds ...string) (uint32, bool) {
	for _, kind := range kinds {
		if id, ok := o.names.find(o.nameKey(kind, name)); ok && o.owners[id] != 0 {
			return o.owners[id] - 1, true
		}
	}
	return 0, false
}

// byUUID finds an object that has a row.
func (o *objects) byUUID(uuid []byte) (uint32, bool) {
	id, ok := o.uuids.find(hashName(uuid))
	return id, ok && o.has(id, exists)
}

// The kinds of names that are no types.
const (
	lastPart    = "(last part)"
	targetIndex = "(number)"
	chainName   = "(chain)"
)

// known are the types of objects that something goes by the name of.
var known = map[string]bool{
	"virtual_network": true, "network_ipam": true, "security_group": true, "routing_instance": true,
	"logical_router": true, "tag_type": true, "tag": true, "sub_cluster": true, "bgp_router": true,
	"virtual_port_group": true, "service_instance": true, "route_target": true,
}

// addNames notes the names of an object that others go by.
func (o *objects) addNames(id uint32, typ, name string) {
	o.own(typ, []byte(name), id)
	switch typ {
	case "virtual_port_group":
		o.own(lastPart, []byte(name[strings.LastIndexByte(name, ':')+1:]), id)
	case "route_target":
		if rt, ok := contrail.ParseRouteTarget(name); ok {
			o.own(targetIndex, appendNumber(nil, rt.Number), id)
		}
	}
}

// allocated notes that a number of a route target was given to somebody.
func (o *objects) allocated(number, owner []byte) {
	number = bytes.TrimLeft(number, "0")
	if len(number) == 0 || len(owner) == 0 {
		return
	}
	instance := o.nameID("routing_instance", owner)
	router := o.nameID("logical_router", owner)
	target := o.nameID(targetIndex, number)
	o.pairs = append(o.pairs, [2]uint32{target, instance}, [2]uint32{target, router})
}

// linkAllocated makes links of what allocated has noted.
func (o *objects) linkAllocated() error {
	for _, p := range o.pairs {
		if target, owner := o.owners[p[0]], o.owners[p[1]]; target != 0 && owner != 0 {
			if err := o.link(toOwner, target-1, owner-1); err != nil {
				return err
			}
		}
	}
	o.pairs = nil
	return nil
}
