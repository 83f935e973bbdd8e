package inspect

import (
	"bytes"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// statNames are the elements of a stat, in order.
var statNames = [...]string{"czxid", "mzxid", "ctime", "mtime", "version", "cversion", "aversion", "ephemeralOwner",
	"dataLength", "numChildren", "pzxid"}

// writeNode writes the view of a znode behind its opening brace.
func (f *Found) writeNode(w io.Writer, v View) error {
	n := &f.node
	if n.nested {
		return writeNodeView(w, v, n.path, n.null, n.data, n.stat)
	}
	r := dump.NewReader(nil, f.d.Name(), f.d.Options())
	defer r.Close()
	r.ResetZNode(f.text, n.Place, n.escaped)
	for r.Next() {
		if r.Kind() != dump.ZNodeRead {
			continue
		}
		z := r.ZNode()
		if z.Data.Long() {
			data, err := io.ReadAll(io.LimitReader(z.Data.Open(), defaultMemory/4))
			if err != nil {
				return err
			}
			if int64(len(data)) < z.Data.Size() {
				return fmt.Errorf("the data of the node has %d bytes: use --raw", z.Data.Size())
			}
			return writeNodeView(w, v, z.Path.Decoded(), false, jsonscan.AppendDecoded(nil, data), z.Stat)
		}
		return writeNodeView(w, v, z.Path.Decoded(), !z.Data.IsText, z.Data.Text().Decoded(), z.Stat)
	}
	return r.Err()
}

func writeNodeView(w io.Writer, v View, path []byte, null bool, data, stat []byte) error {
	family := contrail.Family(path)
	b := contrail.AppendJSONString([]byte(`"path":`), dump.AppendNormalPath(nil, path), false)
	b = contrail.AppendJSONString(append(b, `,"family":`...), family, false)
	b = append(b, `,"means":`...)
	means := ""
	// An address can be told only with the allocation unit of its subnet.
	if node := contrail.Classify(path); node.Kind != contrail.NodeAddress {
		means = node.DescribeWithData(data, 1)
	}
	if v.Mask {
		data = contrail.MaskBlob(data)
		means = string(contrail.MaskBlob([]byte(means)))
	}
	if means == "" {
		b = append(b, "null"...)
	} else {
		b = contrail.AppendJSONString(b, means, false)
	}
	b = append(b, `,"data":`...)
	if null {
		b = append(b, "null"...)
	} else {
		b = contrail.AppendJSONString(b, data, false)
	}
	b = append(b, `,"stat":{`...)
	numbers := bytes.Split(bytes.Trim(stat, "[]"), []byte{','})
	for i, number := range numbers {
		name := "ctime" // alone, in dumps of mocked servers
		if len(numbers) == len(statNames) {
			name = statNames[i]
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(contrail.AppendJSONString(b, name, false), ':')
		b = append(b, bytes.TrimSpace(number)...)
	}
	_, err := w.Write(append(b, "}}"...))
	return err
}

// rawNode writes the entry of the node.
func (f *Found) rawNode(w io.Writer) error {
	n := &f.node
	switch {
	case n.nested:
		b := append(contrail.AppendJSONString([]byte{'['}, n.path, true), ", ["...)
		if n.null {
			b = append(b, "null"...)
		} else {
			b = contrail.AppendJSONString(b, n.data, true)
		}
		_, err := w.Write(append(append(append(b, ", "...), n.stat...), "]]"...))
		return err
	case !n.escaped:
		return f.copyText(w, n.Place)
	}
	quote := []byte{'"'}
	sc := jsonscan.New(io.MultiReader(bytes.NewReader(quote), io.NewSectionReader(f.text, n.Start, n.End-n.Start), bytes.NewReader(quote)),
		jsonscan.Options{OnFlaw: func(jsonscan.Flaw, int64, string) error { return nil }})
	sc.StreamNext()
	if sc.Next() == jsonscan.Invalid {
		return sc.Err()
	}
	var buf []byte
	for sc.More() {
		part, err := sc.NextPart()
		if err != nil {
			return err
		}
		buf = jsonscan.AppendDecoded(buf[:0], part)
		if _, err := w.Write(buf); err != nil {
			return err
		}
	}
	return nil
}
