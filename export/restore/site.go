package restore

import "context"

// Site asks all servers who they are. What is not well with them, and services that are running, are findings; those that
// an import does not take are among them.
func Site(ctx context.Context, t Target) (PlannedTarget, []Finding, error) {
	f := findings{}
	p := &Plan{Target: PlannedTarget{ClusterID: t.ClusterID}}
	if err := p.servers(ctx, t, &f); err != nil {
		return PlannedTarget{}, nil, err
	}
	if err := runningServices(ctx, t, &f); err != nil {
		return PlannedTarget{}, nil, err
	}
	var list []Finding
	for _, found := range f.list {
		list = append(list, *found)
	}
	return p.Target, list, nil
}
