package restore

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// compareACLs compares the ACLs that were set.
func (c *comparison) compareACLs(ctx context.Context) error {
	return c.survey.nodes.each(func(n *node) error {
		if n.acl == nil {
			return nil
		}
		var live []ACL
		err := c.pace.try(ctx, c.survey.options.Patience, func(ctx context.Context) (err error) {
			live, err = c.target.ZooKeeper.ACL(ctx, n.path)
			return err
		})
		if err != nil {
			return fmt.Errorf("look at the ACL of the ZooKeeper node %s: %w", n.path, err)
		}
		if !sameACL(n.acl, live) {
			c.d.ACLs = append(c.d.ACLs, n.path)
		}
		return nil
	}, nil)
}

// sameACL compares two ACLs; order means nothing. Servers don't show the hash of a digest to everybody.
func sameACL(wanted, found []ACL) bool {
	if len(wanted) != len(found) {
		return false
	}
	left := slices.Clone(found)
	for _, w := range wanted {
		i := slices.IndexFunc(left, func(f ACL) bool {
			if f.Scheme == "digest" && strings.HasSuffix(f.ID, ":x") {
				user, _, _ := strings.Cut(w.ID, ":")
				w.ID = user + ":x"
			}
			return f == w
		})
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}
