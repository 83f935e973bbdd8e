package validate

import "strings"

// compat groups findings, which come sorted, as the original tool does: what it says in one error about a set becomes one
// finding.
type compat struct {
	on   bool
	emit func(*Finding) error
	held *Finding
	n    int
}

// sets are the rules of which the original says everything at once.
var sets = map[string]bool{
	"M-SNU-4": true, "M-SNU-5": true, "M-IPA-10": true, "M-IPA-12": true, "M-VNID-4": true, "M-SGID-5": true,
}

func (c *compat) add(f *Finding) error {
	if !c.on {
		return c.emit(f)
	}
	if c.held != nil && c.held.Rule != f.Rule {
		if err := c.flush(); err != nil {
			return err
		}
	}
	if !sets[f.Rule.ID] {
		return c.emit(f)
	}
	if f.Rule.ID == "M-SGID-5" {
		if err := c.emit(f); err != nil {
			return err
		}
	}
	if c.held == nil {
		all := *f
		all.UUID, all.Type, all.FQName, all.Offset = "", "", nil, -1
		c.held = &all
		c.n = 1
		return nil
	}
	c.n++
	const most = 64 << 10
	if len(c.held.Message) < most {
		c.held.Message += "; " + f.Message
	} else if !strings.HasSuffix(c.held.Message, "; …") {
		c.held.Message += "; …"
	}
	return nil
}

// flush emits what is held.
func (c *compat) flush() error {
	f := c.held
	c.held = nil
	if f == nil {
		return nil
	}
	f.Message = plural(c.n, "place") + ": " + f.Message
	return c.emit(f)
}
