package restore

import (
	"bytes"
	"encoding/binary"

	"github.com/dumptool/dumptool/internal/spill"
)

// slack is how long after its expiry a cell may still be read, and how long before it may be gone: the time to live counts
// whole seconds from when a server takes it in.
const slack = 2

// expired tells if a cell that is missing has expired. Cells are asked for in the order of their records.
func (c *comparison) expired(identity, name []byte) (bool, error) {
	key := append(bytes.Clone(identity), name...)
	for c.soonOK {
		rec := c.soon.Record()
		switch bytes.Compare(rec[:len(key)], key) {
		case 0:
			expiry := int64(binary.BigEndian.Uint64(rec[len(key):]))
			if expiry <= c.survey.options.Clock().Unix()+slack {
				c.d.Expired++
				return true, nil
			}
			return false, nil
		case 1:
			return false, nil
		}
		c.soonOK = c.soon.Next()
	}
	return false, c.soon.Err()
}

// compareExpiries compares the times at which cells end.
func (c *comparison) compareExpiries() error {
	const identity = rowIdentity + 16
	pairs, err := spill.NewPairs(c.sides[0].expiring, c.sides[1].expiring, func(rec []byte) []byte { return rec[:identity] })
	if err != nil {
		return err
	}
	expiry := func(rec []byte) int64 { return int64(binary.BigEndian.Uint64(rec[identity:])) }
	now := c.survey.options.Clock().Unix()
	for pairs.Next() {
		a, b := pairs.Record(0), pairs.Record(1)
		var differ bool
		switch {
		case a == nil:
			differ = true // a cell that is to stay
		case b == nil: // one that stays, or is missing, which was found already
			differ = expiry(a) > now+slack && !c.others.missing()
		default:
			d := expiry(a) - expiry(b)
			differ = d < -slack || d > slack
		}
		if differ {
			c.d.Expiries++
		}
	}
	return pairs.Err()
}
