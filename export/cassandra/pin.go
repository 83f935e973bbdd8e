package cassandra

import (
	"context"
	"net"

	"github.com/gocql/gocql"
)

// pinKey is the key under which a context has the address of the node that is to be asked.
type pinKey struct{}

// pinned returns a context whose requests go to one node only. A node that is asked for its peers leaves itself out: two
// requests that went to different nodes would miss one of them.
func pinned(ctx context.Context, address net.IP) context.Context {
	return context.WithValue(ctx, pinKey{}, address)
}

// pinning is a policy that knows about pinned.
type pinning struct{ gocql.HostSelectionPolicy }

// Pick implements gocql.HostSelectionPolicy.
func (p pinning) Pick(q gocql.ExecutableQuery) gocql.NextHost {
	next := p.HostSelectionPolicy.Pick(q)
	ctx := q.Context()
	if ctx == nil {
		return next
	}
	address, ok := ctx.Value(pinKey{}).(net.IP)
	if !ok {
		return next
	}
	return func() gocql.SelectedHost {
		for {
			host := next()
			if host == nil || host.Info() == nil || host.Info().ConnectAddress().Equal(address) {
				return host
			}
		}
	}
}
